-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "display" JSONB NOT NULL DEFAULT '{}';
