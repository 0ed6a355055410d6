-- CreateEnum
CREATE TYPE "Frequency" AS ENUM ('WEEKLY', 'MONTHLY', 'YEARLY');

-- AlterTable
ALTER TABLE "EventType" ADD COLUMN     "recurrenceCount" INTEGER,
ADD COLUMN     "recurrenceFrequency" "Frequency",
ADD COLUMN     "recurrenceInterval" INTEGER;

-- AlterTable
ALTER TABLE "Booking" ADD COLUMN     "hostNoShowAt" TIMESTAMPTZ(3),
ADD COLUMN     "seriesUid" TEXT;

-- AlterTable
ALTER TABLE "Invitee" ADD COLUMN     "isAdded" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "isOpenById" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "Booking_hostId_updatedAt_id_idx" ON "Booking"("hostId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Booking_seriesUid_idx" ON "Booking"("seriesUid") WHERE ("seriesUid" IS NOT NULL);

-- By hand, from here on: what Prisma cannot say.

ALTER TABLE "EventType" ADD CONSTRAINT "EventType_recurrence_whole" CHECK (
  num_nulls("recurrenceFrequency", "recurrenceInterval", "recurrenceCount") IN (0, 3)
);

-- Those who share a start do not share a series.
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_recurrence_alone" CHECK ("recurrenceCount" IS NULL OR "seats" = 1);
