-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "asksSince" TIMESTAMPTZ(3);
UPDATE "Hook" SET "asksSince" = "updatedAt";
ALTER TABLE "Hook" ALTER COLUMN "asksSince" SET NOT NULL;

-- CreateIndex
CREATE INDEX "Hook_begin_and_end_idx" ON "Hook"("hostId") WHERE ("isActive" AND (events && ARRAY['BOOKING_STARTED'::text, 'BOOKING_ENDED'::text]));

-- CreateIndex
CREATE INDEX "Booking_of_teams_idx" ON "Booking"("startAt") WHERE ("teamId" IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "Event_begin_and_end_key" ON "Event"("bookingId", "kind", "hostId") WHERE (kind = ANY (ARRAY['BOOKING_STARTED'::text, 'BOOKING_ENDED'::text]));
