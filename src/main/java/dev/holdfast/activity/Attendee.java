package dev.holdfast.activity;

/**
 * How one customer is counted among others.
 *
 * @param cell the group of customers to which it belongs, by number
 * @param away true if no visit is to be expected after the last one: suspended, closed or ported
 * @param attendance the days and hours of use
 */
public record Attendee(int cell, boolean away, Attendance attendance) {}
