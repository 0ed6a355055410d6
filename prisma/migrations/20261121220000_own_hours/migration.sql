-- AlterTable
ALTER TABLE "EventType" ADD COLUMN     "isOneOff" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Schedule" ADD COLUMN     "isOwn" BOOLEAN NOT NULL DEFAULT false;
