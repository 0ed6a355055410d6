-- Values that a client keeps with one seat, and the account whose seat it is.
ALTER TABLE "Invitee" ADD COLUMN     "accountId" INTEGER,
ADD COLUMN     "metadata" JSONB NOT NULL DEFAULT '{}';

ALTER TABLE "Invitee" ADD CONSTRAINT "Invitee_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

CREATE INDEX "Invitee_accountId_idx" ON "Invitee"("accountId") WHERE ("accountId" IS NOT NULL);

-- The address that a client names for who moved a booking.
ALTER TABLE "Booking" ADD COLUMN     "cancellerEmail" TEXT;

ALTER TABLE "EventType" ADD COLUMN     "hideHostEmail" BOOLEAN NOT NULL DEFAULT false;

-- What Cal.com's dialect kept for itself.
UPDATE "EventType" SET "hideHostEmail" = true WHERE "display" #>> '{calcom,hideOrganizerEmail}' = 'true';
