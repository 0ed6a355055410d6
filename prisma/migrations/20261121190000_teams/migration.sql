-- CreateEnum
CREATE TYPE "TeamRole" AS ENUM ('MEMBER', 'ADMIN', 'OWNER');

-- CreateEnum
CREATE TYPE "InvitationStatus" AS ENUM ('PENDING', 'ACCEPTED', 'DECLINED');

-- AlterTable
ALTER TABLE "BookingPage" ADD COLUMN     "teamId" INTEGER,
ALTER COLUMN "hostId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "Team" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "logoUrl" TEXT,
    "timeZone" TEXT NOT NULL,
    "weekStart" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TeamMember" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "teamId" INTEGER NOT NULL,
    "userId" INTEGER NOT NULL,
    "role" "TeamRole" NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TeamMember_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TeamInvitation" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "teamId" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "role" "TeamRole" NOT NULL,
    "status" "InvitationStatus" NOT NULL DEFAULT 'PENDING',
    "invitedById" INTEGER,
    "userId" INTEGER,
    "lastSentAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TeamInvitation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Team_uid_key" ON "Team"("uid");

-- CreateIndex
CREATE UNIQUE INDEX "TeamMember_uid_key" ON "TeamMember"("uid");

-- CreateIndex
CREATE INDEX "TeamMember_teamId_id_idx" ON "TeamMember"("teamId", "id");

-- CreateIndex
CREATE INDEX "TeamMember_userId_id_idx" ON "TeamMember"("userId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "TeamMember_teamId_userId_key" ON "TeamMember"("teamId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "TeamInvitation_uid_key" ON "TeamInvitation"("uid");

-- CreateIndex
CREATE INDEX "TeamInvitation_teamId_id_idx" ON "TeamInvitation"("teamId", "id");

-- CreateIndex
CREATE INDEX "TeamInvitation_email_id_idx" ON "TeamInvitation"("email", "id");

-- CreateIndex
CREATE INDEX "TeamInvitation_invitedById_idx" ON "TeamInvitation"("invitedById");

-- CreateIndex
CREATE INDEX "TeamInvitation_userId_idx" ON "TeamInvitation"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "TeamInvitation_pending_key" ON "TeamInvitation"("teamId", "email") WHERE ("status" = 'PENDING');

-- CreateIndex
CREATE UNIQUE INDEX "BookingPage_teamId_key" ON "BookingPage"("teamId");

-- AddForeignKey
ALTER TABLE "BookingPage" ADD CONSTRAINT "BookingPage_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TeamMember" ADD CONSTRAINT "TeamMember_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TeamMember" ADD CONSTRAINT "TeamMember_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TeamInvitation" ADD CONSTRAINT "TeamInvitation_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TeamInvitation" ADD CONSTRAINT "TeamInvitation_invitedById_fkey" FOREIGN KEY ("invitedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TeamInvitation" ADD CONSTRAINT "TeamInvitation_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- By hand: a page is of a host or of a team.
ALTER TABLE "BookingPage" ADD CONSTRAINT "BookingPage_one_owner" CHECK (num_nonnulls("hostId", "teamId") = 1);

-- By hand: values that the code parses at the door, held once more here.
ALTER TABLE "Team" ADD CONSTRAINT "Team_weekStart_range" CHECK ("weekStart" BETWEEN 0 AND 6);
ALTER TABLE "TeamInvitation" ADD CONSTRAINT "TeamInvitation_email_lower" CHECK ("email" = lower("email"));
