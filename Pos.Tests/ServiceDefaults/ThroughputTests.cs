using Microsoft.Extensions.Time.Testing;
using Pos.ServiceDefaults;
using Xunit;

namespace Pos.Tests.ServiceDefaults;

[Fast]
public sealed class ThroughputTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Total_covers_all_time_and_the_rate_covers_the_last_seconds()
    {
        var lines = new Throughput(_time);
        for (var second = 0; second < 20; second++)
        {
            lines.Add(100);
            Advance(1);
        }
        Assert.Equal((2_000, 100), (lines.Total, Math.Round(lines.PerSecond)));

        Advance(2);
        Assert.Equal(50, Math.Round(lines.PerSecond)); // Two of the four seconds.
        Advance(10);
        Assert.Equal((2_000, 0), (lines.Total, lines.PerSecond));
    }

    [Fact]
    public void Rate_is_steady_within_a_second()
    {
        var lines = new Throughput(_time);
        var rates = new List<double>();
        for (var tick = 0; tick < 200; tick++)
        {
            lines.Add(10);
            Advance(0.1);
            if (tick >= 50)
                rates.Add(lines.PerSecond);
        }
        Assert.All(rates, rate => Assert.InRange(rate, 95, 105));
    }

    [Fact]
    public void Rate_counts_the_first_second_as_a_full_one()
    {
        var lines = new Throughput(_time);
        lines.Add(3);
        Assert.Equal(3, lines.PerSecond);
    }

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
