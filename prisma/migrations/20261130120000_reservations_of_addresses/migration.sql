-- AlterTable
ALTER TABLE "Reservation" ADD COLUMN     "addressHash" BYTEA;
