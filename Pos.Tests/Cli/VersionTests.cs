using Pos.Cli;
using Pos.ServiceDefaults;
using Xunit;

namespace Pos.Tests.Cli;

[SystemTest]
public sealed class VersionTests : IDisposable
{
    private readonly PosCommand _pos = new();

    public void Dispose() => _pos.Dispose();

    [Fact]
    public async Task The_command_prints_the_version_of_the_build()
    {
        var (exitCode, output, _) = await _pos.RunAsync("--version");
        Assert.Equal((ExitCodes.Done, ProductVersion.Text), (exitCode, output.Trim()));
    }
}
