-- AlterEnum
ALTER TYPE "HookDisabledReason" ADD VALUE 'REVOKED';

-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "madeByKeyId" INTEGER;

-- AlterTable
ALTER TABLE "PlatformClient" ADD COLUMN     "expiresAt" TIMESTAMPTZ(3),
ADD COLUMN     "madeByClientId" INTEGER,
ADD COLUMN     "madeByFamilyId" INTEGER,
ADD COLUMN     "madeByGrantId" INTEGER,
ADD COLUMN     "madeByKeyId" INTEGER,
ADD COLUMN     "ownerScopes" TEXT[],
ADD COLUMN     "revokedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "madeByClientId" INTEGER,
ADD COLUMN     "madeByFamilyId" INTEGER,
ADD COLUMN     "madeByGrantId" INTEGER,
ADD COLUMN     "madeByKeyId" INTEGER;

-- CreateIndex
CREATE INDEX "ApiKey_madeByKeyId_idx" ON "ApiKey"("madeByKeyId") WHERE ("madeByKeyId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "PlatformClient_madeByKeyId_idx" ON "PlatformClient"("madeByKeyId") WHERE ("madeByKeyId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "PlatformClient_madeByGrantId_idx" ON "PlatformClient"("madeByGrantId") WHERE ("madeByGrantId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "PlatformClient_madeByClientId_idx" ON "PlatformClient"("madeByClientId") WHERE ("madeByClientId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "Hook_madeByKeyId_idx" ON "Hook"("madeByKeyId") WHERE ("madeByKeyId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "Hook_madeByGrantId_idx" ON "Hook"("madeByGrantId") WHERE ("madeByGrantId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "Hook_madeByClientId_idx" ON "Hook"("madeByClientId") WHERE ("madeByClientId" IS NOT NULL);

-- Nothing recorded which credential created a client, so an existing client keeps its managed accounts and nothing on its
-- owner's own account. A session can take it over (updatePlatformClient with takeOver: true), which gives that back.
UPDATE "PlatformClient" SET "ownerScopes" = ARRAY['platform:manage'];

-- Only the client that owns an account creates hooks on it.
UPDATE "Hook" h SET "madeByClientId" = u."platformClientId" FROM "User" u
WHERE u."id" = h."hostId" AND u."platformClientId" IS NOT NULL AND h."platformClientId" IS NULL;
