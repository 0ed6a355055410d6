-- AlterTable
ALTER TABLE "Booking" ADD COLUMN     "chainId" INTEGER,
ADD COLUMN     "eventCount" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Event" ADD COLUMN     "sequence" INTEGER;

-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "failingMs" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "lastFailedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Delivery" ADD COLUMN     "attemptedAt" TIMESTAMPTZ(3),
ADD COLUMN     "holdsBack" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "orderKey" TEXT,
ADD COLUMN     "isOutOfOrder" BOOLEAN NOT NULL DEFAULT false;

-- Bookings that were moved belong to the chain of the first.
WITH RECURSIVE "chain" AS (
  SELECT "id", "id" AS "first" FROM "Booking" WHERE "rescheduledFromId" IS NULL
  UNION ALL
  SELECT b."id", c."first" FROM "Booking" b JOIN "chain" c ON b."rescheduledFromId" = c."id"
)
UPDATE "Booking" b SET "chainId" = c."first" FROM "chain" c WHERE c."id" = b."id" AND c."first" <> b."id";

-- Deliveries that are under way keep the order of their bookings, contacts and event types.
UPDATE "Delivery" d SET "orderKey" = CASE
    WHEN e."bookingId" IS NOT NULL THEN 'booking:' || COALESCE(b."chainId", e."bookingId")
    WHEN e."contactId" IS NOT NULL THEN 'contact:' || e."contactId"
    WHEN e."kind" LIKE 'EVENT\_TYPE\_%' THEN 'event-type:' || e."eventTypeId"
  END
FROM "Event" e LEFT JOIN "Booking" b ON b."id" = e."bookingId"
WHERE e."id" = d."eventId" AND d."status" IN ('PENDING', 'RETRYING');

-- CreateIndex
CREATE INDEX "ManagedToken_refreshExpiresAt_idx" ON "ManagedToken"("refreshExpiresAt");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE INDEX "AccessToken_expiresAt_idx" ON "AccessToken"("expiresAt");

-- CreateIndex
CREATE INDEX "Reservation_expiresAt_idx" ON "Reservation"("expiresAt");

-- CreateIndex
CREATE INDEX "Delivery_attempted_idx" ON "Delivery"("hookId", "attemptedAt") WHERE ("status" = 'RETRYING');

-- CreateIndex
CREATE INDEX "Delivery_holding_idx" ON "Delivery"("hookId", "orderKey", "id") WHERE ("holdsBack" AND "status" = 'RETRYING');

-- CreateIndex
CREATE INDEX "Delivery_out_of_order_idx" ON "Delivery"("hookId") WHERE ("isOutOfOrder");
