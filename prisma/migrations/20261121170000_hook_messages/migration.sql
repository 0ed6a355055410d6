-- AlterTable
ALTER TABLE "Delivery" ADD COLUMN     "message" TEXT;

-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "messages" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "metadata" JSONB NOT NULL DEFAULT '{}';
