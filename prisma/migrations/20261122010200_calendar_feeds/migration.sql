-- CreateTable
CREATE TABLE "CalendarFeed" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "urls" TEXT[],
    "isReadOnly" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "readAt" TIMESTAMPTZ(3),
    "nextReadAt" TIMESTAMPTZ(3) NOT NULL,
    "problem" TEXT,

    CONSTRAINT "CalendarFeed_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BusySpan" (
    "id" BIGSERIAL NOT NULL,
    "feedId" INTEGER NOT NULL,
    "hostId" INTEGER NOT NULL,
    "startAt" TIMESTAMPTZ(3) NOT NULL,
    "endAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "BusySpan_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "CalendarFeed_uid_key" ON "CalendarFeed"("uid");

-- CreateIndex
CREATE INDEX "CalendarFeed_hostId_id_idx" ON "CalendarFeed"("hostId", "id");

-- CreateIndex
CREATE INDEX "CalendarFeed_nextReadAt_idx" ON "CalendarFeed"("nextReadAt");

-- CreateIndex
CREATE INDEX "BusySpan_hostId_endAt_idx" ON "BusySpan"("hostId", "endAt");

-- CreateIndex
CREATE INDEX "BusySpan_feedId_idx" ON "BusySpan"("feedId");

-- AddForeignKey
ALTER TABLE "CalendarFeed" ADD CONSTRAINT "CalendarFeed_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BusySpan" ADD CONSTRAINT "BusySpan_feedId_fkey" FOREIGN KEY ("feedId") REFERENCES "CalendarFeed"("id") ON DELETE CASCADE ON UPDATE CASCADE;
