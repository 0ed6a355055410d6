-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "platformClientId" INTEGER;

-- CreateIndex
CREATE INDEX "Hook_platformClientId_id_idx" ON "Hook"("platformClientId", "id") WHERE ("platformClientId" IS NOT NULL);

-- AddForeignKey
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_platformClientId_fkey" FOREIGN KEY ("platformClientId") REFERENCES "PlatformClient"("id") ON DELETE CASCADE ON UPDATE CASCADE;
