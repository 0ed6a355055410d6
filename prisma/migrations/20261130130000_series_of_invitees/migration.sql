-- Ids no longer open bookings: only tokens do.
ALTER TABLE "Invitee" DROP COLUMN "isOpenById";

-- Which series an invitee booked was told by their address, which others can use too.
ALTER TABLE "Invitee" ADD COLUMN "seriesUid" TEXT;

-- All seats of a series were made in one transaction, with the booking, before anybody joined. Moved seats follow.
WITH RECURSIVE began AS (
  SELECT b."seriesUid", min(i."createdAt") AS "at"
  FROM "Booking" b JOIN "Invitee" i ON i."bookingId" = b."id"
  WHERE b."seriesUid" IS NOT NULL GROUP BY b."seriesUid"
), seat AS (
  SELECT i."id", b."seriesUid"
  FROM "Invitee" i JOIN "Booking" b ON b."id" = i."bookingId" JOIN began ON began."seriesUid" = b."seriesUid"
  WHERE NOT i."isAdded" AND i."rescheduledFromId" IS NULL AND i."createdAt" = began."at"
  UNION ALL
  SELECT i."id", seat."seriesUid" FROM "Invitee" i JOIN seat ON i."rescheduledFromId" = seat."id"
)
UPDATE "Invitee" i SET "seriesUid" = seat."seriesUid" FROM seat WHERE seat."id" = i."id";

CREATE INDEX "Invitee_seriesUid_idx" ON "Invitee"("seriesUid") WHERE ("seriesUid" IS NOT NULL);
