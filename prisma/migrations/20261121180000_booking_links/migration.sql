-- CreateTable
CREATE TABLE "BookingLink" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "eventTypeId" INTEGER NOT NULL,
    "bookingId" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "BookingLink_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "BookingLink_uid_key" ON "BookingLink"("uid");

-- CreateIndex
CREATE INDEX "BookingLink_hostId_idx" ON "BookingLink"("hostId");

-- CreateIndex
CREATE INDEX "BookingLink_eventTypeId_idx" ON "BookingLink"("eventTypeId");

-- AddForeignKey
ALTER TABLE "BookingLink" ADD CONSTRAINT "BookingLink_eventTypeId_fkey" FOREIGN KEY ("eventTypeId") REFERENCES "EventType"("id") ON DELETE CASCADE ON UPDATE CASCADE;
