-- AlterTable
ALTER TABLE "User" ADD COLUMN     "eventsErasedTo" BIGINT;
