-- CreateEnum
CREATE TYPE "Scheduling" AS ENUM ('COLLECTIVE', 'ROUND_ROBIN');

-- AlterTable
ALTER TABLE "Booking" ADD COLUMN     "teamId" INTEGER;

-- AlterTable
ALTER TABLE "EventType" ADD COLUMN     "scheduling" "Scheduling",
ADD COLUMN     "teamId" INTEGER,
ALTER COLUMN "hostId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "IdempotencyKey" DROP CONSTRAINT "IdempotencyKey_pkey",
ADD COLUMN     "id" BIGSERIAL NOT NULL,
ADD COLUMN     "teamId" INTEGER,
ALTER COLUMN "hostId" DROP NOT NULL,
ADD CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("id");

-- AlterTable
ALTER TABLE "Reservation" ADD COLUMN     "teamId" INTEGER;

-- CreateTable
CREATE TABLE "EventTypeHost" (
    "eventTypeId" INTEGER NOT NULL,
    "hostId" INTEGER NOT NULL,
    "memberId" INTEGER NOT NULL,
    "isFixed" BOOLEAN NOT NULL DEFAULT false,
    "priority" INTEGER NOT NULL DEFAULT 2,
    "weight" INTEGER NOT NULL DEFAULT 100,
    "scheduleId" INTEGER,
    "turn" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "EventTypeHost_pkey" PRIMARY KEY ("eventTypeId","hostId")
);

-- CreateTable
CREATE TABLE "CoHost" (
    "bookingId" INTEGER NOT NULL,
    "hostId" INTEGER NOT NULL,

    CONSTRAINT "CoHost_pkey" PRIMARY KEY ("bookingId","hostId")
);

-- CreateIndex
CREATE INDEX "EventTypeHost_hostId_idx" ON "EventTypeHost"("hostId");

-- CreateIndex
CREATE INDEX "EventTypeHost_memberId_idx" ON "EventTypeHost"("memberId");

-- CreateIndex
CREATE INDEX "EventTypeHost_scheduleId_idx" ON "EventTypeHost"("scheduleId");

-- CreateIndex
CREATE INDEX "CoHost_hostId_bookingId_idx" ON "CoHost"("hostId", "bookingId");

-- CreateIndex
CREATE INDEX "Booking_teamId_startAt_id_idx" ON "Booking"("teamId", "startAt", "id") WHERE ("teamId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "Claim_held_idx" ON "Claim"("hostId") WHERE ("reservationId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "EventType_teamId_position_id_idx" ON "EventType"("teamId", "position", "id");

-- CreateIndex
CREATE UNIQUE INDEX "EventType_teamId_slug_key" ON "EventType"("teamId", "slug") WHERE ("archivedAt" IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "IdempotencyKey_hostId_key_key" ON "IdempotencyKey"("hostId", "key");

-- CreateIndex
CREATE UNIQUE INDEX "IdempotencyKey_teamId_key_key" ON "IdempotencyKey"("teamId", "key");

-- CreateIndex
CREATE INDEX "Reservation_teamId_idx" ON "Reservation"("teamId") WHERE ("teamId" IS NOT NULL);

-- AddForeignKey
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EventTypeHost" ADD CONSTRAINT "EventTypeHost_eventTypeId_fkey" FOREIGN KEY ("eventTypeId") REFERENCES "EventType"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EventTypeHost" ADD CONSTRAINT "EventTypeHost_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EventTypeHost" ADD CONSTRAINT "EventTypeHost_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "TeamMember"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EventTypeHost" ADD CONSTRAINT "EventTypeHost_scheduleId_fkey" FOREIGN KEY ("scheduleId") REFERENCES "Schedule"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Booking" ADD CONSTRAINT "Booking_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CoHost" ADD CONSTRAINT "CoHost_bookingId_fkey" FOREIGN KEY ("bookingId") REFERENCES "Booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CoHost" ADD CONSTRAINT "CoHost_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand: an event type belongs to a host or to a team, and only a team's has a scheduling.
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_one_owner" CHECK (num_nonnulls("hostId", "teamId") = 1);
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_scheduling" CHECK (("teamId" IS NULL) = ("scheduling" IS NULL));
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_team_seats" CHECK ("teamId" IS NULL OR "seats" = 1);
ALTER TABLE "EventTypeHost" ADD CONSTRAINT "EventTypeHost_range"
  CHECK ("priority" BETWEEN 0 AND 4 AND "weight" BETWEEN 1 AND 1000 AND "turn" >= 0);
ALTER TABLE "IdempotencyKey" ADD CONSTRAINT "IdempotencyKey_one_owner" CHECK (num_nonnulls("hostId", "teamId") = 1);
