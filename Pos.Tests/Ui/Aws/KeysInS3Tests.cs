using Amazon.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Pos.ServiceDefaults;
using Pos.Ui;
using Xunit;

namespace Pos.Tests.Ui.Aws;

[SystemTest]
public sealed class KeysInS3Tests
{
    [Fact]
    public async Task What_one_replica_has_protected_another_can_read()
    {
        await using var cloud = await LocalCloudServer.StartAsync();
        using var s3 = new AmazonS3Client(new AmazonS3Config { ServiceURL = cloud.Url, ForcePathStyle = true });
        await s3.PutBucketAsync("keys-of-the-ui", TestContext.Current.CancellationToken);
        await using var one = Replica(cloud.Url);
        await using var another = Replica(cloud.Url);

        var text = Protector(one).Protect("a page");

        Assert.Equal("a page", Protector(another).Unprotect(text));
        var key = Assert.Single(
            (
                await s3.ListObjectsV2Async(
                    new() { BucketName = "keys-of-the-ui" },
                    TestContext.Current.CancellationToken
                )
            ).S3Objects
        );
        Assert.Matches("^keys/key-.*\\.xml$", key.Key);
    }

    private static WebApplication Replica(string s3)
    {
        var builder = WebApplication.CreateBuilder([
            "--Ui:Aws:KeysBucket=keys-of-the-ui",
            $"--AWS_ENDPOINT_URL_S3={s3}",
        ]);
        builder.AddServiceDefaults();
        builder.AddUi();
        return builder.Build();
    }

    private static IDataProtector Protector(WebApplication replica) =>
        replica.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
