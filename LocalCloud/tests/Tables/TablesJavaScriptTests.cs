using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Tables;

/// <summary>Runs AWS's JavaScript client for DynamoDB, with default settings, against LocalCloud.</summary>
[SystemTest]
public sealed class TablesJavaScriptTests
{
    [Fact]
    public async Task Items_are_written_queried_and_scanned()
    {
        // LocalCloud also verifies its signatures.
        await using var server = await LocalCloudServer.StartAsync(
            null,
            "--LocalCloud:AccessKeyId=test",
            "--LocalCloud:SecretAccessKey=test"
        );
        var result = await JavaScriptSdk.RunAsync("tables-items.mjs", server.Url);

        Assert.Equal("ACTIVE", (string)result["status"]!);
        Assert.Equal(["1", "2", "3"], Texts(result["pages"]!));
        Assert.Equal(["0", "255", "128"], result["bytes"]!.AsArray().Select(value => $"{value}"));
        Assert.Equal("2.5", (string)result["sum"]!);
        Assert.Equal(["c", "b"], Texts(result["index"]!));
        Assert.Equal(30, (int)result["scanned"]!);
        Assert.Equal(["None", "ConditionalCheckFailed"], Texts(result["reasons"]!));
    }

    [Fact]
    public async Task Errors_have_the_SDKs_classes()
    {
        await using var server = await LocalCloudServer.StartAsync();
        var result = await JavaScriptSdk.RunAsync("tables-errors.mjs", server.Url);

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["missing"] = "400 ResourceNotFoundException with id",
                ["exists"] = "400 ResourceInUseException with id",
                ["condition"] = "400 ConditionalCheckFailedException with id",
                ["validation"] = "400 ValidationException with id",
                ["cancelled"] = "400 TransactionCanceledException with id",
                ["mismatch"] = "400 IdempotentParameterMismatchException with id",
            },
            result.AsObject().ToDictionary(error => error.Key, error => (string)error.Value!)
        );
    }

    private static IEnumerable<string> Texts(JsonNode array) => array.AsArray().Select(value => (string)value!);
}
