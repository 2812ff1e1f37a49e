using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace Pos.Tests.Aspire;

public sealed class ConsoleLogTests
{
    [Theory]
    [InlineData(false, "ui     | red\n")]
    [InlineData(true, "\e[33mui     | \e[0m\e[31mred\e[0m\e[0m\n")]
    public void Lines_bear_their_resources_name(bool coloured, string expected)
    {
        var resources = new ResourceCollection
        {
            new ExecutableResource("ingest", "x", "."),
            new ExecutableResource("ui", "x", "."),
        };
        var console = new StringWriter { NewLine = "\n" };
        var log = new ConsoleLog(new DistributedApplicationModel(resources), console, coloured);

        log.Print("ui", new LogLine(1, "\e[31mred\e[0m", false));

        Assert.Equal(expected, console.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Lines_of_many_writers_do_not_mix()
    {
        var console = new StringWriter();
        var log = new ConsoleLog(
            new DistributedApplicationModel(new ResourceCollection()),
            TextWriter.Synchronized(console),
            coloured: false
        );

        Parallel.For(0, 1000, i => log.Print("api", new LogLine(i, new string('x', 100), false)));

        Assert.All(console.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), l =>
            Assert.Equal("api | " + new string('x', 100), l)
        );
    }
}
