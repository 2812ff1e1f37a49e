using Amazon.S3;
using Pos.Storage;
using Pos.Tests.EndToEnd;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Backends;

/// <summary>The whole system on a server that has Kinesis, DynamoDB and S3 at one URL.</summary>
[SystemTest]
public sealed class OneEndpointTests(SharedTables tableServer)
{
    [Fact]
    public async Task The_sample_is_in_all_three_stores_line_by_line()
    {
        await tableServer.StartAsync();
        await using var cloud = await LocalCloudServer.StartAsync();
        await using var edge = await OneEndpoint.StartAsync(cloud.Url, tableServer.Url!);
        await using var system = new RunningSystem(["--Pos:Backend=localstack", $"--Pos:LocalStack:Url={edge.Url}"]);

        await Arrival.AssertAsync(
            system,
            Line.FromCsv(Path.Combine(Repository.Folder, "samples", "purchases.csv")),
            since: DateTimeOffset.MinValue
        );

        var endpoints = await system.EndpointsAsync();
        Assert.Equal([edge.Url, edge.Url, edge.Url], [endpoints.Stream, endpoints.Table, endpoints.Objects]);
        using var s3 = new AmazonS3Client(
            endpoints.Credentials,
            new AmazonS3Config
            {
                ServiceURL = edge.Url,
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
            }
        );
        var staged = await s3.ListObjectsAsync(new PosResources().StagingBucket);
        Assert.NotEmpty(staged.S3Objects!);
        Assert.True(edge.Refused > 0);
    }
}
