using System.Text.Json;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Pos.Contracts;
using Pos.Contracts.Ingest;

namespace Pos.Import;

/// <summary>
/// The target does not take purchases now, or not at all; what was sent last may or may not have arrived.
/// </summary>
public sealed class TargetException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Posts purchases to ingest, and repeats what was not taken as often and as late as it is told to.</summary>
/// <param name="http">Without a time limit or retries of its own: they are kept here.</param>
/// <param name="target">Ingest's address of purchases.</param>
public sealed class PurchaseSender(HttpClient http, Uri target)
{
    private const int MaxRounds = 10;

    private readonly IngestClient _ingest = new(http);

    // Ten tries over about a minute: a restart of the target is waited for, an outage is not. Retry-After goes before
    // the backoff.
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline =
        new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(
                new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = MaxRounds,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromMilliseconds(200),
                    MaxDelay = TimeSpan.FromSeconds(15),
                    UseJitter = true,
                    ShouldRetryAfterHeader = true,
                }
            )
            .AddTimeout(TimeSpan.FromSeconds(60))
            .Build();

    /// <summary>Sends the purchases, each a line of JSON with its line end, in order.</summary>
    /// <param name="purchases">As many as a request may have.</param>
    /// <param name="cancellationToken">Ends it; what was sent last may or may not have arrived.</param>
    /// <returns>Those that the target refused for good; all others are acknowledged.</returns>
    /// <exception cref="TargetException">Not all could be sent.</exception>
    public async Task<IReadOnlyList<RejectedPurchase>> SendAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> purchases,
        CancellationToken cancellationToken
    )
    {
        var refused = new List<RejectedPurchase>();
        var waiting = Enumerable.Range(0, purchases.Count).ToList();
        for (var round = 0; waiting.Count > 0; round++)
        {
            if (round == MaxRounds)
                throw new TargetException($"{target} has not taken {waiting.Count} purchases in {MaxRounds} rounds.");
            var rejected = await PostAsync([.. waiting.Select(index => purchases[index])], cancellationToken);
            var again = new List<int>();
            foreach (var item in rejected)
            {
                if (item.Errors.Any(error => error.Code == PurchaseErrorCodes.Unavailable))
                    again.Add(waiting[item.Index]);
                else
                    refused.Add(item with { Index = waiting[item.Index] });
            }
            waiting = again;
        }
        return refused;
    }

    private async Task<IReadOnlyList<RejectedPurchase>> PostAsync(
        ReadOnlyMemory<byte>[] purchases,
        CancellationToken cancellationToken
    )
    {
        var body = new byte[purchases.Sum(purchase => purchase.Length)];
        var length = 0;
        foreach (var purchase in purchases)
        {
            purchase.CopyTo(body.AsMemory(length));
            length += purchase.Length;
        }

        try
        {
            using var response = await _pipeline.ExecuteAsync(
                async token => await _ingest.PostAsync(target, body, token),
                cancellationToken
            );

            // 202: all accepted; 207: some; 400: none, and the problem names each.
            if (await IngestClient.ReadRejectedAsync(response, cancellationToken) is { } rejected)
                return rejected;
            throw new TargetException(
                $"{target} answered {(int)response.StatusCode} {response.ReasonPhrase}: {await BeginningAsync(response, cancellationToken)}"
            );
        }
        catch (Exception error)
            when (error is HttpRequestException or JsonException or Polly.Timeout.TimeoutRejectedException)
        {
            throw new TargetException($"{target} cannot be reached: {error.Message}", error);
        }
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return text.Length > 500 ? text[..500] + "…" : text;
    }
}
