using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Pos.Contracts;
using Pos.Storage;
using Pos.Storage.Lake;

namespace Pos.Reconciliation.Stores;

/// <summary>Reads every version of every line in the lake, object by object.</summary>
internal static class LakeLines
{
    public static async IAsyncEnumerable<StoredLine> ReadAsync(
        IAmazonS3 s3,
        PosResources resources,
        LakeSpan span,
        Unreadable unreadable,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var listing = s3.Paginators.ListObjectsV2(
            new ListObjectsV2Request
            {
                BucketName = resources.LakeBucket,
                Prefix = LakeKeys.Prefix,
                StartAfter = span.StartAfter,
            }
        );
        await foreach (var found in listing.S3Objects.WithCancellation(cancellationToken))
        {
            if (span.IsBefore(found.Key))
                yield break;
            var where = $"s3://{resources.LakeBucket}/{found.Key}";
            using var response = await s3.GetObjectAsync(resources.LakeBucket, found.Key, cancellationToken);
            await using var lines = LakeObject
                .ReadAsync(response.ResponseStream, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await TryMoveAsync(lines, where, unreadable))
            {
                var reading = lines.Current.TooLong ? default : PurchaseReader.ReadFromLake(lines.Current.Utf8.Span);
                if (reading.Accepted is not { Position: { } position } accepted)
                {
                    unreadable.Add(
                        $"{where} line {lines.Current.Number}",
                        reading.Errors is [var first, ..]
                            ? $"{first.Field} {first.Message}".Trim()
                            : "is not a stored purchase"
                    );
                    continue;
                }
                var compact = Positions.Compact(position);
                foreach (var line in accepted.Purchase.Lines)
                    yield return From(accepted, line, compact);
            }
        }
    }

    private static StoredLine From(AcceptedPurchase accepted, PurchaseLine line, string position)
    {
        var purchase = accepted.Purchase;
        return new(
            purchase.PurchaseId,
            line.Line,
            position,
            line.ProductId,
            line.Description,
            line.Quantity,
            line.UnitPrice,
            HasOwnHeader: true,
            new(
                purchase.CustomerId,
                purchase.StoreId,
                purchase.Country,
                purchase.Currency,
                (line.PurchasedAt ?? purchase.PurchasedAt).UtcDateTime,
                accepted.IngestedAt.UtcDateTime
            )
        )
        {
            PostPurchasedAt = line.PurchasedAt is null ? null : purchase.PurchasedAt.UtcDateTime,
        };
    }

    // Reports an object that cannot be decompressed. Errors of S3 end the reading.
    private static async ValueTask<bool> TryMoveAsync(
        IAsyncEnumerator<NdjsonLine> lines,
        string where,
        Unreadable unreadable
    )
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (InvalidDataException damaged)
        {
            unreadable.Add(where, damaged.Message);
            return false;
        }
    }
}
