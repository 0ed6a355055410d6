-- AlterTable
ALTER TABLE "Delivery" ADD COLUMN     "erasures" INTEGER NOT NULL DEFAULT 0;
