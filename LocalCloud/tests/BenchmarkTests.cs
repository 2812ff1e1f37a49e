using System.Globalization;
using LocalCloud.Benchmarks;
using Xunit;

namespace LocalCloud.Tests;

[SystemTest]
public sealed class BenchmarkTests
{
    private static readonly Scale s_tiny = new()
    {
        Duration = TimeSpan.FromMilliseconds(1),
        Connections = 2,
        Records = 10_000,
        Keys = 2_000,
        Items = 1_000,
        Calls = 5,
    };

    [Fact]
    public async Task Every_benchmark_measures_something()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var figures = await Suite.RunAsync([], s_tiny, output, TestContext.Current.CancellationToken);
        // Processor time is measured in hundredths of a second, and some runs need less.
        Assert.All(figures, figure =>
            Assert.True(
                figure.Value > 0 || figure.Name.Contains("processor time", StringComparison.Ordinal),
                figure.Name
            )
        );
        Assert.All(figures, figure => Assert.Contains(figure.Name, output.ToString()));
    }
}
