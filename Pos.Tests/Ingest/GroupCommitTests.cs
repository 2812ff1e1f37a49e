using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pos.Ingest.Purchases;
using Xunit;
using static Pos.Tests.Ingest.IngestServer;

namespace Pos.Tests.Ingest;

/// <summary>Group commit loses no acknowledged purchase, whatever the stream does.</summary>
[SystemTest]
public sealed class GroupCommitTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Requests_that_arrive_during_a_call_share_the_next_calls()
    {
        using var stream = new FakeKinesis(shards: 1);
        var gate = new TaskCompletionSource();
        stream.Before = _ => gate.Task;
        await using var ingest = await StartAsync(stream, "--Ingest:Stream:CallsInFlight=1");
        var posts = Enumerable.Range(0, 64).Select(i => ingest.PostAsync(Purchase($"{i:D2}"))).ToArray();
        var budget = ingest.Services.GetRequiredService<ByteBudget>();
        await Wait.UntilAsync(() => budget.Taken == 64 * Purchase("00").Length);
        gate.SetResult();

        Assert.All(await Task.WhenAll(posts).WaitAsync(s_bound), answer => Assert.Equal(202, answer.Status));
        Assert.InRange(stream.Calls.Count, 1, 8);
        Assert.Equal(64, stream.Lines.Count);
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public async Task Rejected_entries_are_retried_and_each_purchase_is_in_the_stream_once_and_in_order()
    {
        using var stream = new FakeKinesis();
        var chance = new Random(7);
        stream.ErrorOf = _ => chance.Next(3) == 0 ? "ProvisionedThroughputExceededException" : null;
        await using var ingest = await StartAsync(stream);
        // Eight tills, each sending its five purchases ten times. The description is the number of the turn.
        await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(async till =>
                    {
                        for (var turn = 0; turn < 10; turn++)
                        {
                            var answer = await ingest.PostAsync(
                                IngestServer.Array(
                                    Enumerable.Range(0, 5).Select(i => Purchase($"{till}-{i}", description: $"{turn}"))
                                )
                            );
                            Assert.Equal((202, 5), (answer.Status, answer.Accepted));
                        }
                    })
            )
            .WaitAsync(s_bound);

        var turns = Turns(stream);
        Assert.Equal(40, turns.Count);
        Assert.All(turns.Values, turn => Assert.Equal(Enumerable.Range(0, 10), turn));
    }

    [Fact]
    public async Task Outage_is_logged_when_it_begins_and_when_it_ends()
    {
        using var logs = new LogLines();
        using var stream = new FakeKinesis(shards: 1);
        var calls = 0;
        stream.Before = _ =>
            Interlocked.Increment(ref calls) > 4
                ? Task.CompletedTask
                : throw new HttpRequestException("Connection refused");
        await using var ingest = await StartAsync(stream, logs, "--Logging:LogLevel:Pos.Ingest=Information");

        Assert.Equal(202, (await ingest.PostAsync(Purchase("a"))).Status);

        Assert.Equal(
            [
                "Warning: Stream purchases unavailable; retrying queued purchases. PutRecords failed: "
                    + "HttpRequestException: Connection refused",
                "Information: Stream purchases is available again",
            ],
            logs.All
        );
    }

    [Fact]
    public async Task Versions_of_a_purchase_in_one_request_stay_in_order_even_if_some_of_their_records_fail()
    {
        using var stream = new FakeKinesis();
        var chance = new Random(11);
        stream.ErrorOf = _ => chance.Next(2) == 0 ? "InternalFailure" : null;
        await using var ingest = await StartAsync(stream);
        // Two purchases of 110 KB, sent in turn. A record has room for four.
        var items = Enumerable
            .Range(0, 24)
            .Select(i =>
                Purchase(
                    i % 2 == 0 ? "a" : "b",
                    lines: 200,
                    description: (i / 2).ToString(CultureInfo.InvariantCulture).PadRight(450)
                )
            );
        Assert.Equal(202, (await ingest.PostAsync(IngestServer.Array(items))).Status);

        var turns = Turns(stream);
        Assert.Equal(Enumerable.Range(0, 12), turns["a"]);
        Assert.Equal(Enumerable.Range(0, 12), turns["b"]);
        Assert.True(stream.Records.Count > 2);
        Assert.All(stream.Records, record => Assert.InRange(record.Data.Length, 1, 512 * 1024));
    }

    [Fact]
    public async Task Purchases_of_an_unavailable_shard_are_rejected_and_the_others_accepted()
    {
        using var stream = new FakeKinesis();
        var unavailableShard = stream.ShardOf("0");
        stream.ErrorOf = shardId => shardId == unavailableShard ? "InternalFailure" : null;
        await using var ingest = await StartAsync(stream, "--Ingest:Stream:AcknowledgeTimeout=00:00:02");
        var ids = Enumerable.Range(0, 40).Select(i => $"{i}").ToArray();
        var answer = await ingest.PostAsync(IngestServer.Array(ids.Select(id => Purchase(id, lines: 2)).Append("{}")));

        Assert.Equal(207, answer.Status);
        var availableIds = ids.Where(id => stream.ShardOf(id) != unavailableShard).ToArray();
        Assert.Equal((availableIds.Length, availableIds.Length * 2), (answer.Accepted, answer.Lines));
        Assert.Equal(
            [
                .. ids.Except(availableIds)
                    .Select(id => (int.Parse(id, CultureInfo.InvariantCulture), (string?)id, "", "unavailable")),
                (40, null, "purchase_id", "required"),
            ],
            answer.Rejected
        );
        Assert.Equal(availableIds.Order(), stream.Lines.Select(IdOf).Order());
    }

    [Fact]
    public async Task Outage_returns_503_and_requests_after_it_are_accepted()
    {
        using var stream = new FakeKinesis();
        stream.Before = _ => throw new HttpRequestException("No route to the stream.");
        await using var ingest = await StartAsync(stream, "--Ingest:Stream:AcknowledgeTimeout=00:00:02");
        var answer = await ingest.PostAsync($"[{Purchase("1")},{{}}]");
        Assert.Equal((503, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.True(answer.RetryAfter > TimeSpan.Zero);
        Assert.Equal([(0, "1", "", "unavailable"), (1, null, "purchase_id", "required")], answer.Rejected);
        Assert.Equal(503, (int)(await ingest.Http.GetAsync("/health")).StatusCode);
        Assert.Equal(200, (int)(await ingest.Http.GetAsync("/alive")).StatusCode);

        stream.Before = _ => Task.CompletedTask;
        Assert.Equal(202, (await ingest.PostAsync(Purchase("1"))).Status);
        Assert.Equal(200, (int)(await ingest.Http.GetAsync("/health")).StatusCode);
        Assert.Equal(["1"], stream.Lines.Select(IdOf));
    }

    [Fact]
    public async Task Hanging_call_times_out_and_is_retried()
    {
        using var stream = new FakeKinesis();
        stream.Before = cancelled =>
        {
            stream.Before = _ => Task.CompletedTask;
            return Task.Delay(Timeout.Infinite, cancelled);
        };
        await using var ingest = await StartAsync(stream, "--Ingest:Stream:CallTimeout=00:00:00.100");
        Assert.Equal(202, (await ingest.PostAsync(Purchase("1")).WaitAsync(s_bound)).Status);
        Assert.Equal(["1"], stream.Lines.Select(IdOf));
    }

    [Fact]
    public async Task Requests_above_the_byte_budget_return_429_and_accepted_ones_are_not_lost()
    {
        using var stream = new FakeKinesis();
        var gate = new TaskCompletionSource();
        stream.Before = _ => gate.Task;
        await using var ingest = await StartAsync(
            stream,
            "--Ingest:MostBytesWaiting=1048576",
            "--Ingest:Stream:CallTimeout=00:01:00"
        );
        var answers = new ConcurrentBag<(string Id, Answer Answer)>();
        var rejected = new TaskCompletionSource();
        var posts = Enumerable
            .Range(0, 40)
            .Select(async i =>
            {
                var answer = await ingest.PostAsync(Purchase($"{i}", lines: 200, description: new string('x', 450)));
                answers.Add(($"{i}", answer));
                if (answer.Status == 429)
                    rejected.TrySetResult();
            })
            .ToArray();
        await rejected.Task.WaitAsync(s_bound);
        gate.SetResult();
        await Task.WhenAll(posts).WaitAsync(s_bound);

        Assert.All(answers.Where(post => post.Answer.Status != 202), post =>
        {
            Assert.Equal((429, "application/problem+json"), (post.Answer.Status, post.Answer.ContentType));
            Assert.True(post.Answer.RetryAfter > TimeSpan.Zero);
        });
        Assert.Equal(
            answers.Where(post => post.Answer.Status == 202).Select(post => post.Id).Order(),
            stream.Lines.Select(IdOf).Order()
        );
        Assert.Equal(0, ingest.Services.GetRequiredService<ByteBudget>().Taken);
        Assert.Equal(202, (await ingest.PostAsync(Purchase("after"))).Status);
    }

    [Fact]
    public async Task After_a_split_purchases_are_packed_for_the_new_shards()
    {
        using var stream = new FakeKinesis(shards: 1);
        await using var ingest = await StartAsync(stream);
        var body = IngestServer.Array(Enumerable.Range(0, 50).Select(i => Purchase($"{i}")));
        Assert.Equal(202, (await ingest.PostAsync(body)).Status);
        Assert.Single(stream.Records);
        stream.Split("shardId-000000000000");

        await Wait.UntilAsync(async () =>
        {
            var before = stream.Records.Count;
            Assert.Equal(202, (await ingest.PostAsync(body)).Status);
            return stream.Records.Count == before + 2;
        });
        Assert.Equal(1 + 2, stream.Listings); // The second listing has two pages.
        Assert.All(stream.Records.TakeLast(2), record =>
            Assert.All(Purchases(record.Data), id => Assert.Equal(record.ShardId, stream.ShardOf(id)))
        );
    }

    [Fact]
    public async Task Disconnected_client_frees_its_bytes_and_its_purchases_are_written()
    {
        using var stream = new FakeKinesis();
        var (called, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        stream.Before = _ =>
        {
            called.TrySetResult();
            return gate.Task;
        };
        await using var ingest = await StartAsync(stream);
        using var disconnected = new CancellationTokenSource();
        using var content = new StringContent(Purchase("1"), new System.Net.Http.Headers.MediaTypeHeaderValue(Json));
        var post = ingest.Http.PostAsync("/purchases", content, disconnected.Token);
        await called.Task.WaitAsync(s_bound);
        await disconnected.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
        gate.SetResult();

        await Wait.UntilAsync(() => ingest.Services.GetRequiredService<ByteBudget>().Taken == 0);
        Assert.Equal(["1"], stream.Lines.Select(IdOf));
    }

    [Fact]
    public async Task Stopping_service_completes_the_requests_it_has_read()
    {
        using var stream = new FakeKinesis();
        var (called, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        stream.Before = _ =>
        {
            called.TrySetResult();
            return gate.Task;
        };
        await using var ingest = await StartAsync(stream);
        var post = ingest.PostAsync(Purchase("1"));
        await called.Task.WaitAsync(s_bound);
        var stop = ingest.StopAsync();
        Assert.False(stop.IsCompleted);
        gate.SetResult();

        Assert.Equal(202, (await post.WaitAsync(s_bound)).Status);
        await stop.WaitAsync(s_bound);
    }

    private static IEnumerable<string> Purchases(byte[] data) =>
        System.Text.Encoding.UTF8.GetString(data).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(IdOf);

    private static Dictionary<string, int[]> Turns(FakeKinesis stream) =>
        stream
            .Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .GroupBy(
                purchase => purchase.GetProperty("purchase_id").GetString()!,
                purchase =>
                    int.Parse(
                        purchase.GetProperty("lines")[0].GetProperty("description").GetString()!,
                        CultureInfo.InvariantCulture
                    )
            )
            .ToDictionary(purchase => purchase.Key, purchase => purchase.ToArray());

    private static string IdOf(string line) =>
        JsonDocument.Parse(line).RootElement.GetProperty("purchase_id").GetString()!;
}
