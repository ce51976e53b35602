package io.homecloud.storage.smartctl;

import io.homecloud.storage.disk.HealthReading;

/**
 * One run of smartctl, understood.
 *
 * @param unknownBridge a USB bridge is in the way that smartctl does not know
 */
record SmartctlAnswer(HealthReading reading, boolean unknownBridge) {
  static SmartctlAnswer of(HealthReading reading) {
    return new SmartctlAnswer(reading, false);
  }
}
