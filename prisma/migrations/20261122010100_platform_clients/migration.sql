-- AlterTable
ALTER TABLE "User" ADD COLUMN     "metadata" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "platformClientId" INTEGER;

-- CreateTable
CREATE TABLE "PlatformClient" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "ownerId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "encryptedSecret" BYTEA NOT NULL,
    "permissions" INTEGER NOT NULL,
    "logoUrl" TEXT,
    "redirectUris" TEXT[],
    "bookingRedirectUri" TEXT,
    "bookingCancelRedirectUri" TEXT,
    "bookingRescheduleRedirectUri" TEXT,
    "areEmailsEnabled" BOOLEAN NOT NULL,
    "areDefaultEventTypesEnabled" BOOLEAN NOT NULL,
    "areCalendarEventsEnabled" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PlatformClient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ManagedToken" (
    "id" SERIAL NOT NULL,
    "userId" INTEGER NOT NULL,
    "clientId" INTEGER NOT NULL,
    "accessHash" BYTEA NOT NULL,
    "refreshHash" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "accessExpiresAt" TIMESTAMPTZ(3) NOT NULL,
    "refreshExpiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ManagedToken_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "PlatformClient_uid_key" ON "PlatformClient"("uid");

-- CreateIndex
CREATE INDEX "PlatformClient_ownerId_id_idx" ON "PlatformClient"("ownerId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ManagedToken_accessHash_key" ON "ManagedToken"("accessHash");

-- CreateIndex
CREATE UNIQUE INDEX "ManagedToken_refreshHash_key" ON "ManagedToken"("refreshHash");

-- CreateIndex
CREATE INDEX "ManagedToken_userId_idx" ON "ManagedToken"("userId");

-- CreateIndex
CREATE INDEX "ManagedToken_clientId_idx" ON "ManagedToken"("clientId");

-- CreateIndex
CREATE INDEX "User_platformClientId_id_idx" ON "User"("platformClientId", "id");

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_platformClientId_fkey" FOREIGN KEY ("platformClientId") REFERENCES "PlatformClient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlatformClient" ADD CONSTRAINT "PlatformClient_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ManagedToken" ADD CONSTRAINT "ManagedToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ManagedToken" ADD CONSTRAINT "ManagedToken_clientId_fkey" FOREIGN KEY ("clientId") REFERENCES "PlatformClient"("id") ON DELETE CASCADE ON UPDATE CASCADE;
