-- CreateEnum
CREATE TYPE "HookDisabledReason" AS ENUM ('GONE', 'FAILING');

-- CreateEnum
CREATE TYPE "DeliveryStatus" AS ENUM ('PENDING', 'RETRYING', 'DELIVERED', 'FAILED');

-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "disabledReason" "HookDisabledReason",
ADD COLUMN     "encryptedPreviousSecret" BYTEA,
ADD COLUMN     "failingSince" TIMESTAMPTZ(3),
ADD COLUMN     "pausedUntil" TIMESTAMPTZ(3),
ADD COLUMN     "previousSecretUntil" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" BIGSERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "hookId" INTEGER NOT NULL,
    "eventId" BIGINT,
    "kind" TEXT NOT NULL,
    "bookingId" INTEGER,
    "status" "DeliveryStatus" NOT NULL DEFAULT 'PENDING',
    "body" TEXT,
    "attemptCount" INTEGER NOT NULL DEFAULT 0,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeliveryAttempt" (
    "deliveryId" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "durationMs" INTEGER NOT NULL,
    "responseStatus" INTEGER,
    "responseHeaders" JSONB,
    "responseBody" TEXT,
    "problem" TEXT,

    CONSTRAINT "DeliveryAttempt_pkey" PRIMARY KEY ("deliveryId","number")
);

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_uid_key" ON "Delivery"("uid");

-- CreateIndex
CREATE INDEX "Delivery_pending_idx" ON "Delivery"("hookId", "id") WHERE ("status" = 'PENDING');

-- CreateIndex
CREATE INDEX "Delivery_retrying_idx" ON "Delivery"("hookId", "nextAttemptAt", "id") WHERE ("status" = 'RETRYING');

-- CreateIndex
CREATE INDEX "Delivery_hostId_id_idx" ON "Delivery"("hostId", "id");

-- CreateIndex
CREATE INDEX "Delivery_hookId_id_idx" ON "Delivery"("hookId", "id");

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_hookId_fkey" FOREIGN KEY ("hookId") REFERENCES "Hook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DeliveryAttempt" ADD CONSTRAINT "DeliveryAttempt_deliveryId_fkey" FOREIGN KEY ("deliveryId") REFERENCES "Delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By hand: what the code promises of these rows, held once more here.
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_previous_secret" CHECK (("encryptedPreviousSecret" IS NULL) = ("previousSecretUntil" IS NULL));
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_next_attempt" CHECK (("status" = 'RETRYING') = ("nextAttemptAt" IS NOT NULL));
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_finished" CHECK (("status" IN ('DELIVERED', 'FAILED')) = ("finishedAt" IS NOT NULL));
