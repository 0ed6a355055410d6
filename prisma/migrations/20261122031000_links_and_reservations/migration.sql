-- AlterTable
ALTER TABLE "BookingLink" ADD COLUMN     "expiresAt" TIMESTAMPTZ(3),
ADD COLUMN     "useCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "usesLeft" INTEGER DEFAULT 1;

-- By hand: a link that was used before is used up.
UPDATE "BookingLink" SET "useCount" = 1, "usesLeft" = 0 WHERE "bookingId" IS NOT NULL;

-- AlterTable
ALTER TABLE "BookingLink" DROP COLUMN "bookingId";

-- AlterTable
ALTER TABLE "Reservation" ADD COLUMN     "isLoose" BOOLEAN NOT NULL DEFAULT false;

-- By hand: of the last use that is left, one of two bookings at once gets it.
ALTER TABLE "BookingLink" ADD CONSTRAINT "BookingLink_uses" CHECK ("useCount" >= 0 AND "usesLeft" >= 0);
