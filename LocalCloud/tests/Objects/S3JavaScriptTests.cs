using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Objects;

[SystemTest]
public sealed class S3JavaScriptTests
{
    [Fact]
    public async Task The_JavaScript_SDK_with_default_settings_works_with_S3()
    {
        await using var server = await LocalCloudServer.StartAsync(
            null,
            "--LocalCloud:AccessKeyId=test",
            "--LocalCloud:SecretAccessKey=test"
        );
        var result = await JavaScriptSdk.RunAsync("objects.mjs", server.Url);

        Assert.All(result["contents"]!.AsArray(), same => Assert.True((bool)same!));
        result.AsObject().Remove("contents");
        var expected = JsonNode.Parse(
            """
            {
              "region": "us-east-1", "versioning": "off", "grants": ["FULL_CONTROL"],
              "inOrder": true, "prefixes": ["a/", "dots/", "emoji/", "trailing/", "ключ/"], "range": "plain",
              "refusals": {
                "absent": "404 NoSuchKey", "notModified": "304 Unknown", "changed": "412 PreconditionFailed",
                "exists": "412 PreconditionFailed", "putChanged": "412 PreconditionFailed",
                "deleteChanged": "412 PreconditionFailed", "notEmpty": "409 BucketNotEmpty", "digest": "400 BadDigest"
              },
              "copied": "content of ключ/日本", "streamed": true,
              "large": { "parts": "3", "same": true, "type": "COMPOSITE" },
              "attributes": { "parts": 3, "size": 12582912 },
              "secondPart": { "count": 3, "length": 5242880 },
              "parts": [5242880, 7], "uploads": ["parts"], "wrongPart": "400 InvalidPart",
              "completed": { "same": true, "crc": true, "type": "FULL_OBJECT" }, "combined": true,
              "presigned": [200, 200, "text/other", "by url", 403], "deleted": true
            }
            """
        )!;
        Assert.Equal(expected.ToJsonString(), result.ToJsonString());
    }
}
