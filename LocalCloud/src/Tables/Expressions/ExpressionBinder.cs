using System.Text;
using LocalCloud.Protocol;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Expressions.Projections;
using LocalCloud.Tables.Expressions.Updates;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions;

/// <summary>
/// Binds a request's expressions to its ExpressionAttributeNames and ExpressionAttributeValues, and finds names and
/// values that no expression uses.
/// </summary>
internal sealed class ExpressionBinder
{
    private readonly ExpressionCache _cache;
    private readonly List<ExpressionName> _names;
    private readonly List<ExpressionValue> _values;
    private readonly bool[] _usedNames;
    private readonly bool[] _usedValues;

    /// <exception cref="AwsException">ValidationException: a name or a value is invalid in itself.</exception>
    public ExpressionBinder(ExpressionCache cache, ItemRequest request)
    {
        _cache = cache;
        _names = request.ExpressionAttributeNames ?? [];
        _values = request.ExpressionAttributeValues ?? [];
        _usedNames = new bool[_names.Count];
        _usedValues = new bool[_values.Count];
        CheckNames(request);
        CheckValues(request);
    }

    public BoundUpdate Update(string text)
    {
        try
        {
            var syntax = _cache.Update(text);
            var (paths, values) = (BindPaths(syntax), BindValues(syntax));
            if (UpdateChecks.Check(syntax, paths, values) is { } error)
                throw new ExpressionException(error);
            return new(UpdateChecks.Plan(syntax, paths), new(paths.Paths, values));
        }
        catch (ExpressionException error)
        {
            throw Invalid("UpdateExpression", error);
        }
    }

    /// <param name="parameter">The name of the parameter, for messages.</param>
    /// <param name="text">The expression.</param>
    public BoundCondition Condition(string parameter, string text)
    {
        try
        {
            var syntax = _cache.Condition(text);
            var (paths, values) = (BindPaths(syntax), BindValues(syntax));
            if (new ConditionChecks(syntax, paths, values).Check() is { } error)
                throw new ExpressionException(error);
            return new(syntax.Root, new(paths.Paths, values));
        }
        catch (ExpressionException error)
        {
            throw Invalid(parameter, error);
        }
    }

    public Projection Projection(string text)
    {
        try
        {
            var syntax = _cache.Projection(text);
            var paths = BindPaths(syntax);
            if (Array.Find(paths.Undefined, alias => alias is not null) is { } alias)
                throw new ExpressionException(
                    $"An expression attribute name used in the document path is not defined; attribute name: {alias}"
                );
            if (PathOverlaps.Check(paths.Paths!) is { } error)
                throw new ExpressionException(error);
            return paths.Derive(() => new Projection(paths.Paths!));
        }
        catch (ExpressionException error)
        {
            throw Invalid("ProjectionExpression", error);
        }
    }

    /// <exception cref="AwsException">ValidationException: a name or a value is not used.</exception>
    public void RejectUnused()
    {
        if (_usedNames.AsSpan().Contains(false))
            throw TableErrors.Validation(
                "Value provided in ExpressionAttributeNames unused in expressions: "
                    + $"keys: {{{Unused(_usedNames, i => _names[i].Alias)}}}"
            );
        if (_usedValues.AsSpan().Contains(false))
            throw TableErrors.Validation(
                "Value provided in ExpressionAttributeValues unused in expressions: "
                    + $"keys: {{{Unused(_usedValues, i => _values[i].Alias)}}}"
            );
    }

    private BoundPaths BindPaths(ExpressionSyntax syntax)
    {
        if (syntax.LastBound is { } last && IsCurrent(last))
            return last;
        var names = new Dictionary<string, (byte[] Alias, byte[]? Name)>(StringComparer.Ordinal);
        var paths = new DocumentPath?[syntax.Paths.Length];
        var undefined = new string?[paths.Length];
        for (var i = 0; i < paths.Length; i++)
        {
            var steps = new List<PathStep>();
            foreach (var part in syntax.Paths[i].Parts)
            {
                var name = part.Name;
                if (part.IsAlias)
                {
                    var alias = Encoding.UTF8.GetString(part.Name!);
                    name = FindName(part.Name!)?.ToArray();
                    names[alias] = (part.Name!, name);
                    if (name is null)
                        undefined[i] ??= alias;
                }
                steps.Add(new(name, part.Index));
            }
            paths[i] = undefined[i] is null ? new([.. steps]) : null;
        }
        return syntax.LastBound = new([.. names.Values], paths, undefined);
    }

    // Marks the names as used.
    private bool IsCurrent(BoundPaths bound)
    {
        var current = true;
        foreach (var (alias, name) in bound.Names)
        {
            var found = FindName(alias);
            current &= name is null ? found is null : found is { } memory && memory.Span.SequenceEqual(name);
        }
        return current;
    }

    private ReadOnlyMemory<byte>? FindName(byte[] alias)
    {
        for (var i = 0; i < _names.Count; i++)
        {
            if (!_names[i].Alias.Span.SequenceEqual(alias))
                continue;
            _usedNames[i] = true;
            return _names[i].Name;
        }
        return null;
    }

    private AttributeValue[] BindValues(ExpressionSyntax syntax)
    {
        var bound = new AttributeValue[syntax.Values.Length];
        // Most clients send the values in the order of the expression.
        var likely = 0;
        for (var i = 0; i < bound.Length; i++)
        {
            for (var tried = 0; tried < _values.Count; tried++)
            {
                var at = (likely + tried) % _values.Count;
                if (!_values[at].Alias.Span.SequenceEqual(syntax.Values[i]))
                    continue;
                _usedValues[at] = true;
                bound[i] = _values[at].Value;
                likely = at + 1;
                break;
            }
        }
        return bound;
    }

    private void CheckNames(ItemRequest request)
    {
        if (request.ExpressionAttributeNames is null)
            return;
        if (_names.Count == 0)
            throw TableErrors.Validation("ExpressionAttributeNames must not be empty");
        foreach (var name in _names)
            CheckAlias("ExpressionAttributeNames", name.Alias.Span, (byte)'#');
    }

    private void CheckValues(ItemRequest request)
    {
        if (request.ExpressionAttributeValues is null)
            return;
        if (_values.Count == 0)
            throw TableErrors.Validation("ExpressionAttributeValues must not be empty");
        foreach (var value in _values)
            CheckAlias("ExpressionAttributeValues", value.Alias.Span, (byte)':');
        foreach (var value in _values)
        {
            if (value.Error is not null)
                throw TableErrors.Validation(
                    $"ExpressionAttributeValues contains invalid value: {value.Error} for key "
                        + $"{Encoding.UTF8.GetString(value.Alias.Span)}"
                );
        }
    }

    private static void CheckAlias(string parameter, ReadOnlySpan<byte> alias, byte prefix)
    {
        if (alias.Length > 1 && alias[0] == prefix && !alias[1..].ContainsAnyExcept(s_aliasCharacters))
            return;
        throw TableErrors.Validation(
            $"{parameter} contains invalid key: Syntax error; key: \"{Encoding.UTF8.GetString(alias)}\""
        );
    }

    private static readonly System.Buffers.SearchValues<byte> s_aliasCharacters = System.Buffers.SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8
    );

    private static string Unused(bool[] used, Func<int, ReadOnlyMemory<byte>> alias) =>
        string.Join(
            ", ",
            Enumerable.Range(0, used.Length).Where(i => !used[i]).Select(i => Encoding.UTF8.GetString(alias(i).Span))
        );

    private static AwsException Invalid(string parameter, ExpressionException error) =>
        TableErrors.Validation($"Invalid {parameter}: {error.Message}");
}
