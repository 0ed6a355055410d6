-- CreateTable
CREATE TABLE "RoutingForm" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "isPublished" BOOLEAN NOT NULL DEFAULT false,
    "questions" JSONB NOT NULL,
    "routes" JSONB NOT NULL,
    "fallback" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RoutingForm_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RoutingSubmission" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "formId" INTEGER NOT NULL,
    "answers" JSONB NOT NULL,
    "tracking" JSONB NOT NULL DEFAULT '{}',
    "result" JSONB NOT NULL,
    "inviteeId" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RoutingSubmission_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "RoutingForm_uid_key" ON "RoutingForm"("uid");

-- CreateIndex
CREATE INDEX "RoutingForm_hostId_id_idx" ON "RoutingForm"("hostId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "RoutingSubmission_uid_key" ON "RoutingSubmission"("uid");

-- CreateIndex
CREATE UNIQUE INDEX "RoutingSubmission_inviteeId_key" ON "RoutingSubmission"("inviteeId");

-- CreateIndex
CREATE INDEX "RoutingSubmission_formId_id_idx" ON "RoutingSubmission"("formId", "id");

-- CreateIndex
CREATE INDEX "RoutingSubmission_hostId_idx" ON "RoutingSubmission"("hostId");

-- AddForeignKey
ALTER TABLE "RoutingForm" ADD CONSTRAINT "RoutingForm_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RoutingSubmission" ADD CONSTRAINT "RoutingSubmission_formId_fkey" FOREIGN KEY ("formId") REFERENCES "RoutingForm"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RoutingSubmission" ADD CONSTRAINT "RoutingSubmission_inviteeId_fkey" FOREIGN KEY ("inviteeId") REFERENCES "Invitee"("id") ON DELETE SET NULL ON UPDATE CASCADE;
