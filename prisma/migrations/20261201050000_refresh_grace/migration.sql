-- AlterTable
ALTER TABLE "RefreshToken" ADD COLUMN     "successors" INTEGER NOT NULL DEFAULT 0;
