-- DropForeignKey
ALTER TABLE "Invitee" DROP CONSTRAINT "Invitee_contactId_fkey";

-- AlterTable
ALTER TABLE "Invitee" ALTER COLUMN "contactId" DROP NOT NULL;

-- AddForeignKey
ALTER TABLE "Invitee" ADD CONSTRAINT "Invitee_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "Contact"("id") ON DELETE SET NULL ON UPDATE CASCADE;
