using LocalCloud.Protocol;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Expressions.Updates;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Legacy;

/// <summary>Checks AttributeUpdates and translates it to an update.</summary>
internal static class LegacyUpdates
{
    private const string TypeMismatch = "Type mismatch for attribute to update";

    /// <exception cref="AwsException">ValidationException</exception>
    public static void Check(List<AttributeUpdate>? updates)
    {
        foreach (var update in updates ?? [])
        {
            if (update.Value?.Error is { } error)
                throw TableErrors.Validation(error);
            if (update.Value is null && update.Action is not "DELETE")
                throw TableErrors.Invalid("Only DELETE action is allowed when no attribute value is specified");
            if (update.Value?.Value.Type is not { } type)
                continue;
            if (update.Action is "DELETE" && !type.IsSet())
                throw TableErrors.Invalid($"DELETE action with value is not supported for the type {type.Name()}");
            if (update.Action is "ADD" && !type.IsSet() && type is not (AttributeType.L or AttributeType.N))
                throw TableErrors.Invalid($"ADD action is not supported for the type {type.Name()}");
        }
    }

    public static BoundUpdate Create(List<AttributeUpdate> updates)
    {
        var actions = new PlannedAction[updates.Count];
        var values = new AttributeValue[updates.Count];
        for (var i = 0; i < actions.Length; i++)
        {
            var update = updates[i];
            var kind = update.Action switch
            {
                "ADD" => UpdateKind.Add,
                "DELETE" => update.Value is null ? UpdateKind.Remove : UpdateKind.Delete,
                _ => UpdateKind.Set,
            };
            values[i] = update.Value?.Value ?? default;
            actions[i] = new(
                kind,
                DocumentPath.FromName(update.Name),
                update.Value is null ? null : new ValueOperand(i)
            );
        }
        return new(UpdatePlan.Create(actions), new([], values)) { TypeMismatch = TypeMismatch };
    }
}
