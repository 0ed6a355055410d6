-- AlterTable
ALTER TABLE "User" ADD COLUMN     "timeFormat" INTEGER NOT NULL DEFAULT 12,
ADD COLUMN     "weekStart" INTEGER NOT NULL DEFAULT 0;

-- By hand.
ALTER TABLE "User" ADD CONSTRAINT "User_formats" CHECK ("timeFormat" IN (12, 24) AND "weekStart" BETWEEN 0 AND 6);
