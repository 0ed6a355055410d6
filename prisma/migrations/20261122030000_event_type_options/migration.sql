-- AlterTable
ALTER TABLE "EventType" ADD COLUMN     "allowCancelling" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "allowRescheduling" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "display" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "maxActivePerInvitee" INTEGER,
ADD COLUMN     "onlyHostsBook" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "packSlots" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "reschedulingNoticeMinutes" INTEGER,
ADD COLUMN     "showInvitees" BOOLEAN NOT NULL DEFAULT false;

-- By hand: values that the code parses at the door, held once more here.
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_ceilings"
  CHECK ("maxActivePerInvitee" >= 1 AND "reschedulingNoticeMinutes" >= 1);
