using Pos.Tests.JavaScript;
using Xunit;

namespace Pos.Tests.LocalCloud;

/// <summary>AWS's own client for JavaScript, with its default settings, has LocalCloud for Kinesis.</summary>
public sealed class KinesisJavaScriptTests
{
    [Fact]
    public async Task Records_come_back_as_they_were_put()
    {
        await using var server = await LocalCloudServer.StartAsync();
        var result = await JavaScriptSdk.RunAsync("streams.mjs", server.Url);

        Assert.Equal("ACTIVE", (string)result["status"]!);
        Assert.InRange((long)result["createdMillisecondsAgo"]!, -1000, 60_000);
        Assert.Equal(["one", "two", ""], result["records"]!.AsArray().Select(record => (string)record!["data"]!));
        Assert.Equal(result["put"]!.AsArray().Select(number => (string)number!), result["records"]!.AsArray().Select(record => (string)record!["number"]!));
        Assert.All(result["records"]!.AsArray(), record => Assert.Equal("ключ", (string)record!["key"]!));
        Assert.Equal(0, (long)result["behind"]!);
    }
}
