package dev.holdfast.activity;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;

/** Minimisation without derivatives after Nelder and Mead (1965); deterministic. */
final class Simplex {

  private record Vertex(double[] at, double value) {}

  private Simplex() {}

  static double[] minimise(
      ToDoubleFunction<double[]> f, double[] start, double step, int iterations, double tolerance) {
    int n = start.length;
    Vertex[] simplex = new Vertex[n + 1];
    for (int i = 0; i <= n; i++) {
      double[] at = start.clone();
      if (i > 0) {
        at[i - 1] += step;
      }
      simplex[i] = new Vertex(at, f.applyAsDouble(at));
    }
    for (int k = 0; k < iterations; k++) {
      Arrays.sort(simplex, Comparator.comparingDouble(Vertex::value));
      Vertex worst = simplex[n];
      if (worst.value() - simplex[0].value()
          <= tolerance * (Math.abs(simplex[0].value()) + tolerance)) {
        break;
      }
      double[] centre = new double[n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          centre[j] += simplex[i].at()[j] / n;
        }
      }
      Vertex reflected = towards(f, centre, worst.at(), -1);
      if (reflected.value() < simplex[0].value()) {
        Vertex expanded = towards(f, centre, worst.at(), -2);
        simplex[n] = expanded.value() < reflected.value() ? expanded : reflected;
      } else if (reflected.value() < simplex[n - 1].value()) {
        simplex[n] = reflected;
      } else {
        double side = reflected.value() < worst.value() ? -0.5 : 0.5;
        Vertex contracted = towards(f, centre, worst.at(), side);
        if (contracted.value() < Math.min(reflected.value(), worst.value())) {
          simplex[n] = contracted;
        } else {
          for (int i = 1; i <= n; i++) {
            simplex[i] = towards(f, simplex[0].at(), simplex[i].at(), 0.5);
          }
        }
      }
    }
    Arrays.sort(simplex, Comparator.comparingDouble(Vertex::value));
    return simplex[0].at();
  }

  private static Vertex towards(
      ToDoubleFunction<double[]> f, double[] from, double[] to, double share) {
    double[] at = new double[from.length];
    for (int j = 0; j < at.length; j++) {
      at[j] = from[j] + share * (to[j] - from[j]);
    }
    return new Vertex(at, f.applyAsDouble(at));
  }
}
