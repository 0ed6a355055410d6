-- By hand: conversations last minutes, so those under way begin anew.
DELETE FROM "AssistantSession";

-- DropForeignKey
ALTER TABLE "AssistantSession" DROP CONSTRAINT "AssistantSession_hostId_fkey";

-- DropIndex
DROP INDEX "AssistantSession_hostId_idx";

-- AlterTable
ALTER TABLE "AssistantSession" DROP COLUMN "hostId",
ADD COLUMN     "pageId" INTEGER NOT NULL;

-- CreateIndex
CREATE INDEX "AssistantSession_pageId_idx" ON "AssistantSession"("pageId");

-- AddForeignKey
ALTER TABLE "AssistantSession" ADD CONSTRAINT "AssistantSession_pageId_fkey" FOREIGN KEY ("pageId") REFERENCES "BookingPage"("id") ON DELETE CASCADE ON UPDATE CASCADE;
