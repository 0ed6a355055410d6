-- CreateTable
CREATE TABLE "AssistantSession" (
    "id" SERIAL NOT NULL,
    "tokenHash" BYTEA NOT NULL,
    "hostId" INTEGER NOT NULL,
    "thread" JSONB NOT NULL,
    "turns" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AssistantSession_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "AssistantSession_tokenHash_key" ON "AssistantSession"("tokenHash");

-- CreateIndex
CREATE INDEX "AssistantSession_hostId_idx" ON "AssistantSession"("hostId");

-- CreateIndex
CREATE INDEX "AssistantSession_expiresAt_idx" ON "AssistantSession"("expiresAt");

-- AddForeignKey
ALTER TABLE "AssistantSession" ADD CONSTRAINT "AssistantSession_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
