using System.Globalization;
using System.Net;
using System.Text;
using Amazon;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Pos.Storage.LookupTable;

namespace Pos.Tests.Processor;

/// <summary>
/// A DynamoDB client with one table in memory. Supports UpdateItem with <c>SET</c>, <c>REMOVE</c> and <c>ADD</c>,
/// conditions of <c>attribute_not_exists(a)</c>, <c>a&lt;=:v</c> and <c>a=:v</c> joined by <c>OR</c>, and the limit of
/// 400 KB an item. Anything else fails the test.
/// </summary>
internal sealed class FakeDynamo(StoreCalls? calls = null)
    : AmazonDynamoDBClient("test", "test", RegionEndpoint.USEast1)
{
    private const string Key = "purchase_id";
    private const int MaxItemBytes = 400 * 1024;

    private readonly StoreCalls _calls = calls ?? new();
    private readonly SortedDictionary<string, Dictionary<string, AttributeValue>> _items = new(StringComparer.Ordinal);

    /// <summary>Returns true to throttle the update of the item with this key.</summary>
    public Func<string, bool> Throttles { get; set; } = _ => false;

    public override Task<UpdateItemResponse> UpdateItemAsync(
        UpdateItemRequest request,
        CancellationToken cancellationToken = default
    )
    {
        var key = request.Key[Key].S;
        if (Throttles(key))
            return _calls.MakeAsync<UpdateItemResponse>(
                "dynamodb:UpdateItem",
                () => throw Failure(Fault.Throttled),
                Failure
            );
        return _calls.MakeAsync(
            "dynamodb:UpdateItem",
            () =>
            {
                var item = _items.TryGetValue(key, out var stored)
                    ? new Dictionary<string, AttributeValue>(stored)
                    : [];
                if (!request.ConditionExpression.Split(" OR ").Any(condition => Holds(condition, item, request)))
                    throw new ConditionalCheckFailedException("The conditional request failed");
                item[Key] = request.Key[Key];
                Apply(request, item);
                if (
                    item.Sum(attribute =>
                        attribute.Key.Length + Encoding.UTF8.GetByteCount(attribute.Value.S ?? attribute.Value.N)
                    ) > MaxItemBytes
                )
                    throw new AmazonDynamoDBException(
                        "Item size to update has exceeded the maximum allowed size",
                        ErrorType.Sender,
                        "ValidationException",
                        "1",
                        HttpStatusCode.BadRequest
                    );
                _items[key] = item;
                return new UpdateItemResponse();
            },
            Failure
        );
    }

    public override Task<GetItemResponse> GetItemAsync(
        GetItemRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _calls.MakeAsync(
            "dynamodb:GetItem",
            () =>
                new GetItemResponse { Item = _items.TryGetValue(request.Key[Key].S, out var item) ? new(item) : null },
            Failure
        );

    /// <summary>Reads the table for the test. Does not count as a call of the processor.</summary>
    public override Task<ScanResponse> ScanAsync(ScanRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ScanResponse { Items = [.. _items.Values] });

    private static AmazonDynamoDBException Failure(Fault fault) =>
        fault is Fault.Throttled
            ? new ProvisionedThroughputExceededException(
                "Slow down.",
                ErrorType.Sender,
                "ProvisionedThroughputExceededException",
                "1",
                HttpStatusCode.BadRequest
            )
            : new AmazonDynamoDBException(
                "DynamoDB is unavailable.",
                ErrorType.Receiver,
                "InternalServerError",
                "1",
                HttpStatusCode.InternalServerError
            );

    private static bool Holds(string condition, Dictionary<string, AttributeValue> item, UpdateItemRequest request)
    {
        if (condition.StartsWith("attribute_not_exists(", StringComparison.Ordinal))
            return !item.ContainsKey(request.ExpressionAttributeNames[condition["attribute_not_exists(".Length..^1]]);
        var isOrder = condition.Contains("<=", StringComparison.Ordinal);
        var sides = condition.Split(isOrder ? "<=" : "=");
        if (!item.TryGetValue(request.ExpressionAttributeNames[sides[0]], out var value))
            return false;
        var other = request.ExpressionAttributeValues[sides[1]];
        return isOrder ? string.CompareOrdinal(value.S, other.S) <= 0 : value.S == other.S && value.N == other.N;
    }

    private static void Apply(UpdateItemRequest request, Dictionary<string, AttributeValue> item)
    {
        var words = request.UpdateExpression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            switch (words[i])
            {
                case "SET":
                    foreach (var assignment in words[++i].Split(',').Select(text => text.Split('=')))
                        item[Name(assignment[0])] = request.ExpressionAttributeValues[assignment[1]];
                    break;
                case "REMOVE":
                    foreach (var name in words[++i].Split(','))
                        item.Remove(Name(name));
                    break;
                case "ADD":
                    var sum =
                        long.Parse(
                            item.TryGetValue(Name(words[i + 1]), out var old) ? old.N : "0",
                            CultureInfo.InvariantCulture
                        ) + long.Parse(request.ExpressionAttributeValues[words[i + 2]].N, CultureInfo.InvariantCulture);
                    item[Name(words[i + 1])] = new() { N = sum.ToString(CultureInfo.InvariantCulture) };
                    i += 2;
                    break;
                default:
                    throw new NotSupportedException(request.UpdateExpression);
            }
        }

        string Name(string text) => text.StartsWith('#') ? request.ExpressionAttributeNames[text] : text;
    }
}
