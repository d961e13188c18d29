//! Student's t distribution: how often chance alone gives a value so far from 0.

/// The share of the t distribution with `freedom` degrees that is at least as far from 0 as `t`,
/// either way.
pub(super) fn two_sided(t: f64, freedom: f64) -> f64 {
    beta(freedom / (freedom + t * t), freedom / 2.0, 0.5).clamp(0.0, 1.0)
}

/// The regularized incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and
/// Stegun, 26.5.8), evaluated by the method of Lentz.
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction converges fast below the mean only; I_x(a, b) = 1 - I_{1-x}(b, a).
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta(1.0 - x, b, a);
    }
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for step in 1..1000 {
        let m = f64::from(step);
        for term in [
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        ] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            fraction *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-14 {
            break;
        }
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln();
    front.exp() * fraction / a
}

/// The logarithm of the gamma function of a positive number, by Stirling's series.
fn ln_gamma(x: f64) -> f64 {
    // The series is good for large numbers; Γ(x) = Γ(x + 1) / x leads there.
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series =
        (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Critical values as every table of the distribution has them.
    #[test]
    fn tables_of_the_distribution_agree() {
        for (t, freedom, want) in [
            (0.0, 5.0, 1.0),
            (12.706_2, 1.0, 0.05),
            (2.776_45, 4.0, 0.05),
            (4.604_09, 4.0, 0.01),
            (2.228_14, 10.0, 0.05),
            (1.983_97, 100.0, 0.05),
            (1.962_34, 1000.0, 0.05),
            (3.300_28, 1000.0, 0.001),
            (1.0, 1.0, 0.5),
        ] {
            for t in [t, -t] {
                let got = two_sided(t, freedom);
                assert!((got - want).abs() < 1e-5, "t = {t}, {freedom} degrees: {got}");
            }
        }
        assert!(two_sided(40.0, 3000.0) < 1e-12);
    }
}
