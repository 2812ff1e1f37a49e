using System.Text;
using System.Text.Json.Nodes;
using LocalCloud.Faults;
using LocalCloud.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace LocalCloud.Tests.Faults;

/// <summary>Tests the requests and responses of <c>/_faults</c>.</summary>
[SystemTest]
public sealed class FaultsPageTests : IAsyncLifetime
{
    private LocalCloudServer _server = null!;
    private FaultCalls _faults = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalCloudServer.StartAsync();
        _faults = new FaultCalls(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _faults.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Faults_are_listed_from_their_creation_to_their_deletion()
    {
        Assert.Empty(await _faults.AllAsync());
        var first = await _faults.AddAsync("""{"kind":"throttle","count":1}""");
        var second = await _faults.AddAsync(
            """{"service":"s3","operation":"PutObject","kind":"disconnect","probability":0.5,"seed":7}"""
        );
        Assert.Equal(
            """{"service":"s3","operation":"PutObject","kind":"disconnect","probability":0.5,"seed":7,"""
                + "\"when\":\"before\"}",
            (await _faults.AllAsync())[1]["fault"]!.ToJsonString()
        );

        Assert.Equal(204, await _faults.DeleteAsync(first));
        Assert.Equal(404, await _faults.DeleteAsync(first));
        Assert.Equal([second], (await _faults.AllAsync()).Select(fault => (int)fault["id"]!));
        Assert.Equal(204, await _faults.DeleteAsync());
        Assert.Empty(await _faults.AllAsync());
    }

    [Theory]
    [InlineData("""{"count":1}""", "kind")]
    [InlineData("""{"kind":"throttle"}""", "probability")]
    [InlineData("""{"kind":"throttle","probability":0}""", "probability")]
    [InlineData("""{"kind":"throttle","probability":1.01}""", "probability")]
    [InlineData("""{"kind":"throttle","count":0}""", "count")]
    [InlineData("""{"kind":"throttle","count":1,"service":"sqs"}""", "service")]
    [InlineData("""{"kind":"throttle","count":1,"operation":"PutRecrods"}""", "operation")]
    [InlineData("""{"kind":"throttle","count":1,"service":"s3","operation":"PutRecords"}""", "operation")]
    [InlineData("""{"kind":"partial","count":1,"operation":"PutObject"}""", "operation")]
    [InlineData("""{"kind":"partial","count":1,"operation":"PutRecords","share":0}""", "share")]
    [InlineData("""{"kind":"throttle","count":1,"share":0.5}""", "share")]
    [InlineData("""{"kind":"error","count":1,"status":404}""", "status")]
    [InlineData("""{"kind":"latency","count":1}""", "milliseconds")]
    [InlineData("""{"kind":"latency","count":1,"milliseconds":60001}""", "milliseconds")]
    [InlineData("""{"kind":"latency","count":1,"milliseconds":5,"when":"after"}""", "when")]
    public async Task An_invalid_member_is_named_in_the_error(string fault, string member)
    {
        using var answer = await _faults.PostAsync(fault);
        Assert.Equal(400, (int)answer.StatusCode);
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsObject();
        Assert.Equal([member], errors.Select(error => error.Key));
        Assert.Empty(await _faults.AllAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"kind":"trottle","count":1}""")]
    [InlineData("""{"kind":0,"count":1}""")]
    [InlineData("""{"kind":"throttle","count":1,"operatoin":"PutRecords"}""")]
    [InlineData("""{"kind":"throttle","count":1,"service":null}""")]
    [InlineData("""{"kind":"throttle","count":"1"}""")]
    public async Task An_invalid_body_is_rejected(string body)
    {
        using var answer = await _faults.PostAsync(body);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.NotEmpty((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!);
    }

    [Fact]
    public async Task Bodies_that_are_too_large_or_not_JSON_are_rejected_unread()
    {
        using var http = new HttpClient();
        using var form = await http.PostAsync(
            $"{_server.Url}/_faults",
            new StringContent("""{"kind":"throttle","count":1}""", Encoding.UTF8, "text/plain")
        );
        Assert.Equal(415, (int)form.StatusCode);
        using var large = await _faults.PostAsync(new string(' ', 20_000) + """{"kind":"throttle","count":1}""");
        Assert.Equal(413, (int)large.StatusCode);
    }

    [Fact]
    public async Task The_number_of_faults_is_limited()
    {
        for (var i = 0; i < FaultInjection.MaxRules; i++)
            await _faults.AddAsync("""{"kind":"throttle","count":1}""");
        using var answer = await _faults.PostAsync("""{"kind":"throttle","count":1}""");
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Faults_name_only_existing_operations_of_Kinesis_and_Firehose()
    {
        using var http = new HttpClient();
        foreach (var (service, operations) in FaultTargets.Operations.Where(known => known.Key is not FaultTargets.S3))
        {
            var prefix = _server
                .Services.GetServices<IAwsJsonService>()
                .Single(known => known.TargetPrefix.StartsWith(service, StringComparison.OrdinalIgnoreCase))
                .TargetPrefix;
            foreach (var operation in operations)
            {
                using var message = new HttpRequestMessage(HttpMethod.Post, _server.Url)
                {
                    Content = new StringContent("[]"),
                };
                message.Headers.Add("X-Amz-Target", $"{prefix}.{operation}");
                using var answer = await http.SendAsync(message);
                Assert.False(
                    answer.Headers.TryGetValues("x-amzn-ErrorType", out var error)
                        && error.Single() == "UnknownOperationException",
                    operation
                );
            }
        }
    }

    [Theory]
    [InlineData(null, 3L)]
    [InlineData(0.3, null)]
    [InlineData(0.3, 5L)]
    public void The_same_seed_selects_the_same_calls(double? probability, long? count)
    {
        var hits = Hits(17);
        Assert.Equal(hits, Hits(17));
        if (probability is null)
            Assert.Equal(Enumerable.Range(0, (int)count!.Value), hits);
        else
            Assert.NotEqual(hits, Hits(18));
        if (count is not null)
            Assert.Equal(count, hits.Count);

        List<int> Hits(int seed)
        {
            var faults = new FaultInjection();
            faults.Add(
                new FaultRequest
                {
                    Kind = FaultKind.Throttle,
                    Probability = probability,
                    Count = count,
                    Seed = seed,
                }
            );
            return
            [
                .. Enumerable
                    .Range(0, 200)
                    .Where(_ => faults.FindFault(FaultTargets.Kinesis, "PutRecords") is not null),
            ];
        }
    }

    [Fact]
    public void The_same_seed_rejects_the_same_entries_and_share_of_each_call()
    {
        var rejected = RejectedEntries();
        Assert.Equal(rejected, RejectedEntries());
        Assert.All(rejected, call => Assert.Equal(3, call.Count(entry => entry)));
        Assert.NotEqual(rejected[0], rejected[1]);

        static List<bool[]> RejectedEntries()
        {
            var faults = new FaultInjection();
            faults.Add(
                new FaultRequest
                {
                    Kind = FaultKind.Partial,
                    Count = 50,
                    Share = 0.25,
                    Seed = 5,
                }
            );
            return
            [
                .. Enumerable.Range(0, 50).Select(_ => faults.SelectEntries(FaultTargets.Kinesis, "PutRecords", 10)!),
            ];
        }
    }

    [Fact]
    public async Task Counts_are_exact_with_concurrent_callers()
    {
        var faults = new FaultInjection();
        faults.Add(
            new FaultRequest
            {
                Kind = FaultKind.Throttle,
                Probability = 0.5,
                Count = 1000,
                Seed = 1,
            }
        );
        var hits = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        for (var i = 0; i < 10_000; i++)
                        {
                            if (faults.FindFault(FaultTargets.S3, "GetObject") is not null)
                                Interlocked.Increment(ref hits);
                        }
                    })
                )
        );
        Assert.Equal(1000, hits);
        Assert.Equal((40_000, 1000), (faults.Rules[0].Status.Calls, faults.Rules[0].Status.Injected));
    }
}
