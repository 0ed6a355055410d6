-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "eventTypeId" INTEGER,
ADD COLUMN     "memberId" INTEGER,
ADD COLUMN     "teamId" INTEGER,
ADD COLUMN     "withOwn" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "Hook_teamId_id_idx" ON "Hook"("teamId", "id") WHERE ("teamId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "Hook_eventTypeId_id_idx" ON "Hook"("eventTypeId", "id") WHERE ("eventTypeId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "Hook_memberId_idx" ON "Hook"("memberId") WHERE ("memberId" IS NOT NULL);

-- AddForeignKey
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_eventTypeId_fkey" FOREIGN KEY ("eventTypeId") REFERENCES "EventType"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "TeamMember"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand: a hook is of one thing, one of a team hangs on a place in it, and only that can be told of more.
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_one_thing" CHECK (num_nonnulls("teamId", "eventTypeId") <= 1);
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_team_member" CHECK ("teamId" IS NULL OR "memberId" IS NOT NULL);
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_with_own" CHECK (NOT "withOwn" OR "teamId" IS NOT NULL);
