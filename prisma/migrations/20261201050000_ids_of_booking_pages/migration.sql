-- AlterTable
ALTER TABLE "BookingPage" ADD COLUMN     "uid" TEXT NOT NULL DEFAULT ('bp_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text));

-- CreateIndex
CREATE UNIQUE INDEX "BookingPage_uid_key" ON "BookingPage"("uid");
