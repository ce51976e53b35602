package io.homecloud.storage.snapshot.change;

import java.util.Arrays;

/** A stable merge sort of numbers by an order of ours, without an object for each. */
final class IntSort {
  /** Compares two numbers as {@link java.util.Comparator} does. */
  @FunctionalInterface
  interface Order {
    int compare(int a, int b);
  }

  private static final int SMALL = 8;

  private IntSort() {}

  static void sort(int[] numbers, int length, Order order) {
    sort(Arrays.copyOf(numbers, length), numbers, 0, length, order);
  }

  /** Both arrays hold the same numbers at first; sorts into {@code to}. */
  private static void sort(int[] from, int[] to, int start, int end, Order order) {
    if (end - start <= SMALL) {
      insert(to, start, end, order);
      return;
    }
    int middle = (start + end) >>> 1;
    sort(to, from, start, middle, order);
    sort(to, from, middle, end, order);
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          left < middle && (right >= end || order.compare(from[left], from[right]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  private static void insert(int[] numbers, int start, int end, Order order) {
    for (int i = start + 1; i < end; i++) {
      int number = numbers[i];
      int at = i - 1;
      while (at >= start && order.compare(numbers[at], number) > 0) {
        numbers[at + 1] = numbers[at];
        at--;
      }
      numbers[at + 1] = number;
    }
  }
}
