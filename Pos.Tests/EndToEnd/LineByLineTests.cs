using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Pos.Contracts;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>
/// Purchases of 1 to 1,000 lines, sent whole and then line by line, in random order. <c>POS_SOAK_LINES=541909</c> sends
/// so many lines instead of a few thousand.
/// </summary>
/// <remarks>
/// LocalCloud's predecessor for tables lost acknowledged updates under this workload, and nothing but a comparison of
/// the stores showed it.
/// </remarks>
[Collection(TwoProcessors.Collection)]
[SystemTest("POS_SOAK_LINES")]
public sealed class LineByLineTests(TwoProcessors system)
{
    private const int DefaultLines = 4_000;
    private const int MaxPurchasesInRequest = 500;
    private const int MaxLinesInRequest = 10_000; // below 4 MiB
    private const int MaxAttempts = 120;
    private static readonly int[] s_sizes = [1, 2, 3, 8, 20, 60, 250, 1_000];
    private static readonly DateTimeOffset s_purchasedAt = new(2025, 6, 1, 9, 0, 0, TimeSpan.Zero);

    private static int LineCount =>
        int.TryParse(Environment.GetEnvironmentVariable("POS_SOAK_LINES"), CultureInfo.InvariantCulture, out var lines)
            ? lines
            : DefaultLines;

    [Fact]
    public async Task Lines_sent_again_one_by_one_in_random_order_are_the_newest_in_every_store()
    {
        var random = new Random(7);
        var purchases = Purchases(random);
        await using var stores = await system.Running.StoresAsync();
        using var conservation = new Conservation(await system.Running.UrlAsync("localcloud"), stores);
        using var http = new HttpClient { BaseAddress = await system.Running.UrlAsync("ingest") };

        await PostAsync(http, purchases);
        var posts = purchases.ToDictionary(purchase => purchase.PurchaseId, _ => 1);
        for (var round = 2; round <= 3; round++)
        {
            purchases = [.. purchases.Select(purchase => Revise(purchase, round))];
            var lines = purchases
                .SelectMany(purchase => purchase.Lines.Select(line => purchase with { Lines = [line] }))
                .ToArray();
            random.Shuffle(lines);
            await PostAsync(http, lines);
            foreach (var purchase in purchases)
                posts[purchase.PurchaseId] += purchase.Lines.Count;
        }

        await conservation.UntilSettledAsync();
        await conservation.AssertAsync(
            [.. purchases.SelectMany(Line.From)],
            $"{purchases.Count} purchases whole, then line by line, twice"
        );
        var revisions = await stores.RevisionsAsync();
        Assert.All(posts, sent => Assert.InRange(revisions[sent.Key], 1, sent.Value));
    }

    [Fact]
    public async Task Each_update_of_a_purchase_raises_its_revision_by_one()
    {
        const int updates = 20;
        await using var stores = await system.Running.StoresAsync();
        using var conservation = new Conservation(await system.Running.UrlAsync("localcloud"), stores);
        using var http = new HttpClient { BaseAddress = await system.Running.UrlAsync("ingest") };
        var purchase = Purchase("line-by-line-revision", lines: 3);
        for (var update = 1; update <= updates; update++)
        {
            await PostAsync(http, [Revise(purchase, update)]);
            await conservation.UntilSettledAsync();
            Assert.Equal(update, (await stores.RevisionsAsync())[purchase.PurchaseId]);
        }
    }

    private static List<Purchase> Purchases(Random random)
    {
        var purchases = new List<Purchase>();
        for (var left = LineCount; left > 0; )
        {
            var size = Math.Min(left, s_sizes[random.Next(s_sizes.Length)]);
            purchases.Add(Purchase($"line-by-line-{purchases.Count}", size));
            left -= size;
        }
        return purchases;
    }

    private static Purchase Purchase(string id, int lines) =>
        new()
        {
            PurchaseId = id,
            CustomerId = "line-by-line",
            Country = "France",
            Currency = "EUR",
            PurchasedAt = s_purchasedAt,
            Lines =
            [
                .. Enumerable
                    .Range(1, lines)
                    .Select(line => new PurchaseLine
                    {
                        Line = line,
                        ProductId = $"P{line}",
                        Description = "JUMBO BAG RED RETROSPOT",
                        Quantity = 1,
                        UnitPrice = 2.08m,
                    }),
            ],
        };

    private static Purchase Revise(Purchase purchase, int quantity) =>
        purchase with
        {
            Lines = [.. purchase.Lines.Select(line => line with { Quantity = quantity })],
        };

    private static async Task PostAsync(HttpClient http, IReadOnlyList<Purchase> purchases)
    {
        var body = new ArrayBufferWriter<byte>();
        var (count, lines) = (0, 0);
        foreach (var purchase in purchases)
        {
            if (count == MaxPurchasesInRequest || lines + purchase.Lines.Count > MaxLinesInRequest)
            {
                await SendAsync(http, body.WrittenMemory);
                body.ResetWrittenCount();
                (count, lines) = (0, 0);
            }
            PurchaseWriter.WritePosted(body, purchase);
            body.Write("\n"u8);
            count++;
            lines += purchase.Lines.Count;
        }
        await SendAsync(http, body.WrittenMemory);
    }

    private static async Task SendAsync(HttpClient http, ReadOnlyMemory<byte> body)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var content = new ReadOnlyMemoryContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            using var response = await http.PostAsync(new Uri("/purchases", UriKind.Relative), content);
            if (response.StatusCode == HttpStatusCode.Accepted)
                return;
            Assert.True(
                response.StatusCode == HttpStatusCode.TooManyRequests && attempt < MaxAttempts,
                await response.Content.ReadAsStringAsync()
            );
            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
        }
    }
}
