using Amazon.S3;
using Pos.Storage;
using Pos.Tests.EndToEnd;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Backends;

/// <summary>Tests the whole system with Kinesis, DynamoDB and S3 at one URL.</summary>
[SystemTest]
public sealed class OneEndpointTests(SharedTables tableServer)
{
    [Fact]
    public async Task All_three_stores_have_every_line_of_the_sample()
    {
        await tableServer.StartAsync();
        await using var cloud = await LocalCloudServer.StartAsync();
        await using var endpoint = await OneEndpoint.StartAsync(cloud.Url, tableServer.Url!);
        await using var system = new RunningSystem([
            "--Pos:Backend=localstack",
            $"--Pos:LocalStack:Url={endpoint.Url}",
        ]);

        await Arrival.AssertAsync(
            system,
            Line.FromCsv(Path.Combine(Repository.Folder, "samples", "purchases.csv")),
            since: DateTimeOffset.MinValue
        );

        var endpoints = await system.EndpointsAsync();
        Assert.Equal(
            [endpoint.Url, endpoint.Url, endpoint.Url],
            [endpoints.Stream, endpoints.Table, endpoints.Objects]
        );
        using var s3 = new AmazonS3Client(
            endpoints.Credentials,
            new AmazonS3Config
            {
                ServiceURL = endpoint.Url,
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
            }
        );
        var staged = await s3.ListObjectsAsync(new PosResources().StagingBucket);
        Assert.NotEmpty(staged.S3Objects!);
        Assert.True(endpoint.Refused > 0);
    }
}
