// Rewrites a TypeScript source so that each of its blocks reports to blocks.mjs when it runs: bodies and branches,
// the branch that an `if` does not have, the right side of `&&`, `||` and `??`.
import ts from 'typescript'

const { factory, SyntaxKind } = ts

/** What runs its right side, or does not. */
const SHORT_CIRCUITS = [
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.QuestionQuestionToken,
]

/**
 * @param {string} text
 * @param {{ file: string, first: number, reportTo: string }} options the name to report under, the number of the
 *   first block, and the URL of blocks.mjs.
 * @returns {{ code: string, blocks: number }} JavaScript, and how many blocks it has.
 */
export function instrument(text, { file, first, reportTo }) {
  /** @type {number[]} */
  const lines = []
  const { outputText } = ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    },
    transformers: {
      before: [(context) => (source) => new Rewriter(context, source, first, lines).rewrite()],
    },
  })
  const head = `import { declare as __declare, hit as __hit } from ${JSON.stringify(reportTo)}; `
  const declaration = `__declare(${first}, ${JSON.stringify(file)}, ${JSON.stringify(lines)}); `
  return { code: head + declaration + outputText, blocks: lines.length }
}

class Rewriter {
  #context
  #source
  #first
  #lines

  /**
   * @param {ts.TransformationContext} context
   * @param {ts.SourceFile} source
   * @param {number} first
   * @param {number[]} lines is given the line of every block.
   */
  constructor(context, source, first, lines) {
    this.#context = context
    this.#source = source
    this.#first = first
    this.#lines = lines
  }

  rewrite() {
    return ts.visitEachChild(this.#source, this.#visit, this.#context)
  }

  /** @type {(node: ts.Node) => ts.Node} */
  #visit = (node) => {
    if (ts.isIfStatement(node)) return this.#if(node)
    if (ts.isConditionalExpression(node)) return this.#conditional(node)
    if (ts.isBinaryExpression(node) && SHORT_CIRCUITS.includes(node.operatorToken.kind)) {
      const left = this.#expression(node.left)
      return factory.updateBinaryExpression(node, left, node.operatorToken, this.#counted(node.right))
    }
    if (ts.isCaseOrDefaultClause(node)) return this.#clause(node)
    // Bodies of functions, of `catch` and of `finally`.
    if (ts.isBlock(node)) return this.#block(node)
    const body = bodyWithoutBlock(node)
    if (body === undefined) return ts.visitEachChild(node, this.#visit, this.#context)
    const visit = (/** @type {ts.Node} */ child) => (child === body ? this.#body(body) : this.#visit(child))
    return ts.visitEachChild(node, visit, this.#context)
  }

  /** @param {ts.IfStatement} node */
  #if(node) {
    const { expression, thenStatement, elseStatement } = node
    const condition = this.#expression(expression)
    const positive = this.#block(thenStatement)
    const negative = elseStatement ? this.#block(elseStatement) : factory.createBlock([this.#statement(node)])
    return factory.updateIfStatement(node, condition, positive, negative)
  }

  /** @param {ts.ConditionalExpression} node */
  #conditional(node) {
    const { condition, questionToken, whenTrue, colonToken, whenFalse } = node
    return factory.updateConditionalExpression(
      node,
      this.#expression(condition),
      questionToken,
      this.#counted(whenTrue),
      colonToken,
      this.#counted(whenFalse),
    )
  }

  /** @param {ts.CaseOrDefaultClause} node */
  #clause(node) {
    const statements = [this.#statement(node), ...this.#statements(node.statements)]
    return ts.isCaseClause(node)
      ? factory.updateCaseClause(node, this.#expression(node.expression), statements)
      : factory.updateDefaultClause(node, statements)
  }

  /** @param {ts.Expression | ts.Statement} body */
  #body(body) {
    return ts.isStatement(body) ? this.#block(body) : this.#counted(body)
  }

  /** @param {ts.Statement} original */
  #block(original) {
    const counter = this.#statement(original)
    const statements = ts.isBlock(original) ? original.statements : [original]
    return factory.createBlock([counter, ...this.#statements(statements)], true)
  }

  /** @param {ts.Expression} original */
  #counted(original) {
    const counter = this.#hit(original)
    return factory.createParenthesizedExpression(factory.createComma(counter, this.#expression(original)))
  }

  /** @param {ts.Expression} node */
  #expression(node) {
    return /** @type {ts.Expression} */ (this.#visit(node))
  }

  /** @param {readonly ts.Statement[]} statements */
  #statements(statements) {
    return /** @type {ts.Statement[]} */ (statements.map(this.#visit))
  }

  /** @param {ts.Node} node */
  #statement(node) {
    return factory.createExpressionStatement(this.#hit(node))
  }

  /** @param {ts.Node} node */
  #hit(node) {
    const { line } = this.#source.getLineAndCharacterOfPosition(node.getStart(this.#source))
    this.#lines.push(line + 1)
    const number = factory.createNumericLiteral(this.#first + this.#lines.length - 1)
    return factory.createCallExpression(factory.createIdentifier('__hit'), undefined, [number])
  }
}

/**
 * The body of an arrow function or a loop that is written without braces.
 *
 * @param {ts.Node} node
 */
function bodyWithoutBlock(node) {
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return node.body
  if (ts.isIterationStatement(node, false) && !ts.isBlock(node.statement)) return node.statement
  return undefined
}
