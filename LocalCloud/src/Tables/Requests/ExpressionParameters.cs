using LocalCloud.Protocol;

namespace LocalCloud.Tables.Requests;

/// <summary>Checks that a request does not mix expression parameters and legacy parameters.</summary>
internal static class ExpressionParameters
{
    /// <param name="request">The request.</param>
    /// <param name="expressions">The expression parameters of the operation, with their values.</param>
    /// <param name="legacy">The legacy parameters of the operation, with their values.</param>
    /// <exception cref="AwsException">ValidationException</exception>
    public static void Check(
        ItemRequest request,
        ReadOnlySpan<(string Name, object? Value)> expressions,
        ReadOnlySpan<(string Name, object? Value)> legacy
    )
    {
        var given = Given(expressions);
        if (given.Count > 0 && Given(legacy) is { Count: > 0 } old)
        {
            // KeyConditions may be combined with filter and projection expressions.
            if (request.KeyConditions is not null && request.KeyConditionExpression is null)
                old.Remove("KeyConditions");
            if (old.Count > 0)
                throw TableErrors.Validation(
                    "Can not use both expression and non-expression parameters in the same request: "
                        + $"Non-expression parameters: {{{string.Join(", ", old)}}} "
                        + $"Expression parameters: {{{string.Join(", ", given)}}}"
                );
        }
        if (request.ExpressionAttributeNames is not null && given.Count == 0)
            throw TableErrors.Validation("ExpressionAttributeNames can only be specified when using expressions");
        if (request.ExpressionAttributeValues is null)
            return;
        var withValues = new List<string>();
        foreach (var (name, value) in expressions)
        {
            if (name is "ProjectionExpression")
                continue;
            if (value is not null)
                return;
            withValues.Add(name);
        }
        if (withValues.Count > 0)
            throw TableErrors.Validation(
                "ExpressionAttributeValues can only be specified when using expressions: "
                    + $"{string.Join(" and ", withValues)} {(withValues.Count > 1 ? "are" : "is")} null"
            );
    }

    private static List<string> Given(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var given = new List<string>();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                given.Add(name);
        }
        return given;
    }
}
