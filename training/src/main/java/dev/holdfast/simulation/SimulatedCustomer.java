package dev.holdfast.simulation;

import java.time.Instant;
import java.time.ZoneId;

/**
 * What a company knows of one made-up customer: the profile, the contact point and the consent.
 *
 * @param externalId {@code sim:} and six digits, unique in its population
 * @param name made up from lists of our own
 * @param phone a number in international form that cannot reach anybody: the range kept for film
 *     and television in the United Kingdom, or Beijing numbers that begin with 0, which do not
 *     exist
 * @param plan the tariff: basic, plus or family
 * @param region a city
 * @param zone where they are awake
 * @param currency of their payments, ISO 4217
 * @param consent true if they may be called to be kept as customers
 * @param joinedAt when they became a customer, before the history begins for most
 */
public record SimulatedCustomer(
    String externalId,
    String name,
    String phone,
    String plan,
    String region,
    ZoneId zone,
    String currency,
    boolean consent,
    Instant joinedAt) {}
