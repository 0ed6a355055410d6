-- The first tables. What prisma/schema.prisma cannot say stands at the end, by hand.

-- For integers beside ranges in one exclusion constraint.
CREATE EXTENSION IF NOT EXISTS "btree_gist";

-- CreateEnum
CREATE TYPE "Plan" AS ENUM ('FREE', 'PRO');

-- CreateEnum
CREATE TYPE "ConfirmationPolicy" AS ENUM ('NEVER', 'ALWAYS', 'WITHIN_NOTICE');

-- CreateEnum
CREATE TYPE "WindowKind" AS ENUM ('UNLIMITED', 'DAYS', 'BUSINESS_DAYS', 'RANGE');

-- CreateEnum
CREATE TYPE "SlotGrid" AS ENUM ('OPENING', 'VIEWER_CLOCK');

-- CreateEnum
CREATE TYPE "BookingStatus" AS ENUM ('PENDING', 'CONFIRMED', 'CANCELLED', 'DENIED');

-- CreateEnum
CREATE TYPE "Actor" AS ENUM ('HOST', 'INVITEE');

-- CreateEnum
CREATE TYPE "InviteeStatus" AS ENUM ('ACTIVE', 'CANCELLED');

-- CreateEnum
CREATE TYPE "HookDialect" AS ENUM ('STANDARD', 'CALENDARPA', 'CALENDO', 'CALCOM', 'CALENDLY');

-- CreateTable
CREATE TABLE "User" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "passwordHash" TEXT,
    "name" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "avatarUrl" TEXT,
    "plan" "Plan" NOT NULL DEFAULT 'PRO',
    "defaultScheduleId" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BookingPage" (
    "id" SERIAL NOT NULL,
    "hostId" INTEGER NOT NULL,
    "slug" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "bio" TEXT,
    "brandColor" TEXT NOT NULL,
    "welcomeMessage" TEXT,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "BookingPage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" SERIAL NOT NULL,
    "userId" INTEGER NOT NULL,
    "tokenHash" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "userId" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "tokenHash" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "scopes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Schedule" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WeeklyHours" (
    "id" SERIAL NOT NULL,
    "scheduleId" INTEGER NOT NULL,
    "weekday" INTEGER NOT NULL,
    "startMinute" INTEGER NOT NULL,
    "endMinute" INTEGER NOT NULL,

    CONSTRAINT "WeeklyHours_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DateOverride" (
    "id" SERIAL NOT NULL,
    "scheduleId" INTEGER NOT NULL,
    "date" DATE NOT NULL,
    "startMinute" INTEGER NOT NULL,
    "endMinute" INTEGER NOT NULL,

    CONSTRAINT "DateOverride_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EventType" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "scheduleId" INTEGER,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "color" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "durationMinutes" INTEGER NOT NULL,
    "durationOptions" INTEGER[],
    "locations" JSONB NOT NULL DEFAULT '[]',
    "questions" JSONB NOT NULL DEFAULT '[]',
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "isSecret" BOOLEAN NOT NULL DEFAULT false,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "confirmation" "ConfirmationPolicy" NOT NULL DEFAULT 'NEVER',
    "confirmationNoticeMinutes" INTEGER,
    "pendingClaimsTime" BOOLEAN NOT NULL DEFAULT true,
    "bufferBeforeMinutes" INTEGER NOT NULL DEFAULT 0,
    "bufferAfterMinutes" INTEGER NOT NULL DEFAULT 0,
    "minimumNoticeMinutes" INTEGER NOT NULL DEFAULT 240,
    "slotIntervalMinutes" INTEGER,
    "slotOffsetMinutes" INTEGER NOT NULL DEFAULT 0,
    "slotGrid" "SlotGrid" NOT NULL DEFAULT 'OPENING',
    "firstSlotPerDay" BOOLEAN NOT NULL DEFAULT false,
    "windowKind" "WindowKind" NOT NULL DEFAULT 'DAYS',
    "windowDays" INTEGER,
    "windowRolling" BOOLEAN NOT NULL DEFAULT false,
    "windowFirstDay" DATE,
    "windowLastDay" DATE,
    "maxPerDay" INTEGER,
    "maxPerWeek" INTEGER,
    "maxPerMonth" INTEGER,
    "maxPerYear" INTEGER,
    "maxMinutesPerDay" INTEGER,
    "maxMinutesPerWeek" INTEGER,
    "maxMinutesPerMonth" INTEGER,
    "maxMinutesPerYear" INTEGER,
    "seats" INTEGER NOT NULL DEFAULT 1,
    "showSeatsLeft" BOOLEAN NOT NULL DEFAULT true,
    "allowGuests" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "archivedAt" TIMESTAMPTZ(3),

    CONSTRAINT "EventType_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Booking" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "eventTypeId" INTEGER NOT NULL,
    "status" "BookingStatus" NOT NULL,
    "startAt" TIMESTAMPTZ(3) NOT NULL,
    "endAt" TIMESTAMPTZ(3) NOT NULL,
    "timeZone" TEXT NOT NULL,
    "location" JSONB,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "cancelledAt" TIMESTAMPTZ(3),
    "cancelledBy" "Actor",
    "cancellerName" TEXT,
    "reason" TEXT,
    "rescheduledFromId" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Booking_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Invitee" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "bookingId" INTEGER NOT NULL,
    "contactId" INTEGER NOT NULL,
    "status" "InviteeStatus" NOT NULL DEFAULT 'ACTIVE',
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "phone" TEXT,
    "locale" TEXT,
    "guests" TEXT[],
    "notes" TEXT,
    "answers" JSONB NOT NULL DEFAULT '{}',
    "tracking" JSONB NOT NULL DEFAULT '{}',
    "cancelledAt" TIMESTAMPTZ(3),
    "noShowAt" TIMESTAMPTZ(3),
    "rescheduledFromId" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Invitee_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Reservation" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "eventTypeId" INTEGER NOT NULL,
    "startAt" TIMESTAMPTZ(3) NOT NULL,
    "endAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Reservation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Claim" (
    "id" SERIAL NOT NULL,
    "hostId" INTEGER NOT NULL,
    "during" tstzrange NOT NULL,
    "bookingId" INTEGER,
    "reservationId" INTEGER,

    CONSTRAINT "Claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "hostId" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "requestHash" BYTEA NOT NULL,
    "bookingId" INTEGER NOT NULL,
    "inviteeId" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("hostId","key")
);

-- CreateTable
CREATE TABLE "Contact" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "phone" TEXT,
    "timeZone" TEXT,
    "bookingCount" INTEGER NOT NULL,
    "firstBookingAt" TIMESTAMPTZ(3) NOT NULL,
    "lastBookingAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Hook" (
    "id" SERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "dialect" "HookDialect" NOT NULL DEFAULT 'STANDARD',
    "url" TEXT NOT NULL,
    "label" TEXT,
    "events" TEXT[],
    "encryptedSecret" BYTEA NOT NULL,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Hook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" BIGSERIAL NOT NULL,
    "uid" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "bookingId" INTEGER,
    "inviteeId" INTEGER,
    "contactId" INTEGER,
    "eventTypeId" INTEGER,
    "data" JSONB NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "keyFingerprint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Installation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_uid_key" ON "User"("uid");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "User_defaultScheduleId_key" ON "User"("defaultScheduleId");

-- CreateIndex
CREATE UNIQUE INDEX "BookingPage_hostId_key" ON "BookingPage"("hostId");

-- CreateIndex
CREATE UNIQUE INDEX "BookingPage_slug_key" ON "BookingPage"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "Session_tokenHash_key" ON "Session"("tokenHash");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_uid_key" ON "ApiKey"("uid");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_tokenHash_key" ON "ApiKey"("tokenHash");

-- CreateIndex
CREATE INDEX "ApiKey_userId_idx" ON "ApiKey"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Schedule_uid_key" ON "Schedule"("uid");

-- CreateIndex
CREATE INDEX "Schedule_hostId_idx" ON "Schedule"("hostId");

-- CreateIndex
CREATE INDEX "WeeklyHours_scheduleId_idx" ON "WeeklyHours"("scheduleId");

-- CreateIndex
CREATE INDEX "DateOverride_scheduleId_date_idx" ON "DateOverride"("scheduleId", "date");

-- CreateIndex
CREATE UNIQUE INDEX "EventType_uid_key" ON "EventType"("uid");

-- CreateIndex
CREATE INDEX "EventType_hostId_position_id_idx" ON "EventType"("hostId", "position", "id");

-- CreateIndex
CREATE INDEX "EventType_scheduleId_idx" ON "EventType"("scheduleId");

-- CreateIndex
CREATE UNIQUE INDEX "EventType_hostId_slug_key" ON "EventType"("hostId", "slug") WHERE ("archivedAt" IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "Booking_uid_key" ON "Booking"("uid");

-- CreateIndex
CREATE UNIQUE INDEX "Booking_rescheduledFromId_key" ON "Booking"("rescheduledFromId");

-- CreateIndex
CREATE INDEX "Booking_hostId_startAt_id_idx" ON "Booking"("hostId", "startAt", "id");

-- CreateIndex
CREATE INDEX "Booking_hostId_status_startAt_id_idx" ON "Booking"("hostId", "status", "startAt", "id");

-- CreateIndex
CREATE INDEX "Booking_hostId_eventTypeId_startAt_id_idx" ON "Booking"("hostId", "eventTypeId", "startAt", "id");

-- CreateIndex
CREATE INDEX "Booking_hostId_createdAt_id_idx" ON "Booking"("hostId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Booking_eventTypeId_startAt_idx" ON "Booking"("eventTypeId", "startAt");

-- CreateIndex
CREATE UNIQUE INDEX "Invitee_uid_key" ON "Invitee"("uid");

-- CreateIndex
CREATE UNIQUE INDEX "Invitee_rescheduledFromId_key" ON "Invitee"("rescheduledFromId");

-- CreateIndex
CREATE INDEX "Invitee_bookingId_idx" ON "Invitee"("bookingId");

-- CreateIndex
CREATE INDEX "Invitee_hostId_email_bookingId_idx" ON "Invitee"("hostId", "email", "bookingId");

-- CreateIndex
CREATE INDEX "Invitee_contactId_idx" ON "Invitee"("contactId");

-- CreateIndex
CREATE UNIQUE INDEX "Reservation_uid_key" ON "Reservation"("uid");

-- CreateIndex
CREATE INDEX "Reservation_hostId_startAt_idx" ON "Reservation"("hostId", "startAt");

-- CreateIndex
CREATE INDEX "Reservation_eventTypeId_startAt_idx" ON "Reservation"("eventTypeId", "startAt");

-- CreateIndex
CREATE INDEX "Claim_bookingId_idx" ON "Claim"("bookingId");

-- CreateIndex
CREATE INDEX "Claim_reservationId_idx" ON "Claim"("reservationId");

-- CreateIndex
CREATE INDEX "IdempotencyKey_createdAt_idx" ON "IdempotencyKey"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_uid_key" ON "Contact"("uid");

-- CreateIndex
CREATE INDEX "Contact_hostId_lastBookingAt_id_idx" ON "Contact"("hostId", "lastBookingAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_hostId_email_key" ON "Contact"("hostId", "email");

-- CreateIndex
CREATE UNIQUE INDEX "Hook_uid_key" ON "Hook"("uid");

-- CreateIndex
CREATE INDEX "Hook_hostId_id_idx" ON "Hook"("hostId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Event_uid_key" ON "Event"("uid");

-- CreateIndex
CREATE INDEX "Event_hostId_id_idx" ON "Event"("hostId", "id");

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_defaultScheduleId_fkey" FOREIGN KEY ("defaultScheduleId") REFERENCES "Schedule"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BookingPage" ADD CONSTRAINT "BookingPage_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Schedule" ADD CONSTRAINT "Schedule_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WeeklyHours" ADD CONSTRAINT "WeeklyHours_scheduleId_fkey" FOREIGN KEY ("scheduleId") REFERENCES "Schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DateOverride" ADD CONSTRAINT "DateOverride_scheduleId_fkey" FOREIGN KEY ("scheduleId") REFERENCES "Schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_scheduleId_fkey" FOREIGN KEY ("scheduleId") REFERENCES "Schedule"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Booking" ADD CONSTRAINT "Booking_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Booking" ADD CONSTRAINT "Booking_eventTypeId_fkey" FOREIGN KEY ("eventTypeId") REFERENCES "EventType"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Booking" ADD CONSTRAINT "Booking_rescheduledFromId_fkey" FOREIGN KEY ("rescheduledFromId") REFERENCES "Booking"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invitee" ADD CONSTRAINT "Invitee_bookingId_fkey" FOREIGN KEY ("bookingId") REFERENCES "Booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invitee" ADD CONSTRAINT "Invitee_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "Contact"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invitee" ADD CONSTRAINT "Invitee_rescheduledFromId_fkey" FOREIGN KEY ("rescheduledFromId") REFERENCES "Invitee"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Reservation" ADD CONSTRAINT "Reservation_eventTypeId_fkey" FOREIGN KEY ("eventTypeId") REFERENCES "EventType"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_bookingId_fkey" FOREIGN KEY ("bookingId") REFERENCES "Booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_reservationId_fkey" FOREIGN KEY ("reservationId") REFERENCES "Reservation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Hook" ADD CONSTRAINT "Hook_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By hand: a double booking cannot be stored.
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_no_overlap" EXCLUDE USING gist ("hostId" WITH =, "during" WITH &&);
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_one_owner" CHECK (num_nonnulls("bookingId", "reservationId") = 1);
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_not_empty" CHECK (NOT isempty("during"));

-- By hand: values that the code parses at the door, held once more here.
ALTER TABLE "User" ADD CONSTRAINT "User_email_lower" CHECK ("email" = lower("email"));
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_email_lower" CHECK ("email" = lower("email"));
ALTER TABLE "Invitee" ADD CONSTRAINT "Invitee_email_lower" CHECK ("email" = lower("email"));
ALTER TABLE "Booking" ADD CONSTRAINT "Booking_forward" CHECK ("startAt" < "endAt");
ALTER TABLE "Reservation" ADD CONSTRAINT "Reservation_forward" CHECK ("startAt" < "endAt");
ALTER TABLE "WeeklyHours" ADD CONSTRAINT "WeeklyHours_range"
  CHECK ("weekday" BETWEEN 0 AND 6 AND "startMinute" BETWEEN 0 AND 1439 AND "endMinute" > "startMinute" AND "endMinute" <= 2880);
ALTER TABLE "DateOverride" ADD CONSTRAINT "DateOverride_range"
  CHECK ("startMinute" BETWEEN 0 AND 1439 AND "endMinute" >= "startMinute" AND "endMinute" <= 2880);
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_lengths" CHECK (
  "durationMinutes" BETWEEN 1 AND 1440 AND "bufferBeforeMinutes" BETWEEN 0 AND 1440 AND "bufferAfterMinutes" BETWEEN 0 AND 1440
  AND "minimumNoticeMinutes" >= 0 AND "slotIntervalMinutes" BETWEEN 1 AND 1440 AND "slotOffsetMinutes" BETWEEN 0 AND 1440);
ALTER TABLE "EventType" ADD CONSTRAINT "EventType_seats" CHECK ("seats" >= 1);
