-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "payloadTemplate" TEXT;
